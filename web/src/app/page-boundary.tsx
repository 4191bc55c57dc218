import type { ReactNode } from "react";
import { useLocation } from "react-router";
import { Button } from "@/components/button";
import { ErrorBoundary } from "@/components/error-boundary";
import { brokenWords } from "@/components/region";

/** Around a whole page, for what no region of it caught. Other pages are not kept from being shown. */
export function PageBoundary({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary
      resetOn={pathname}
      fallback={(retry) => (
        <main className="m-auto max-w-sm p-6">
          <div role="alert" className="grid justify-items-center gap-3 text-center">
            <h1 className="text-2xl font-semibold">This page broke</h1>
            <p className="text-ink-soft">{brokenWords()}</p>
            <div className="flex gap-2">
              <Button look="primary" onClick={retry}>
                Retry
              </Button>
              <Button onClick={() => location.reload()}>Reload</Button>
            </div>
          </div>
        </main>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
