import { Component, type ReactNode } from "react";
import { retryPages } from "@/lib/lazy-page";

interface Props {
  children: ReactNode;
  /** What stands in the place of what broke. */
  fallback: (retry: () => void) => ReactNode;
  /** Another value is another try: the page that was gone to, the dialog that was closed. */
  resetOn?: unknown;
}

interface State {
  failed: boolean;
}

/** Catches what threw while rendering, and code that did not come. Failed requests are shown by their regions. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidUpdate(before: Props, { failed }: State): void {
    // A failure that came with the change is one of what is shown now.
    if (failed && this.state.failed && before.resetOn !== this.props.resetOn) this.#retry();
  }

  readonly #retry = (): void => {
    retryPages();
    this.setState({ failed: false });
  };

  override render() {
    return this.state.failed ? this.props.fallback(this.#retry) : this.props.children;
  }
}
