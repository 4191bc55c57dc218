import { Component, type ReactNode } from "react";
import { Button } from "@/components/button";

interface State {
  failed: boolean;
}

/** Catches what a page threw while rendering. The last resort: failed requests are shown by their regions. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main role="alert" className="m-auto grid max-w-sm justify-items-center gap-3 p-6 text-center">
        <h1 className="text-2xl font-semibold">This page broke</h1>
        <p className="text-ink-soft">The fault is ours; your data is safe. Loading it again usually helps.</p>
        <Button look="primary" onClick={() => location.reload()}>
          Reload
        </Button>
      </main>
    );
  }
}
