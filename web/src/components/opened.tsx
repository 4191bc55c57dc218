import { Suspense, useEffect, type ReactNode } from "react";
import { typeAhead } from "@/lib/type-ahead";
import { useLatest } from "@/lib/use-latest";
import { Button } from "./button";
import { ErrorBoundary } from "./error-boundary";
import { brokenWords } from "./region";

interface Props {
  /** The dialog or panel while it is open, else nothing. */
  children: ReactNode;
  onClose: () => void;
  /** Escape does not call it off. */
  insistent?: boolean;
}

const nothing = () => undefined;

function Opening({ onClose }: { onClose: () => void }) {
  const cancel = useLatest(onClose);
  useEffect(() => typeAhead(cancel), [cancel]);
  return null;
}

/** The place of something whose code is fetched when it is opened. If that fails, it can be tried again or left. */
export function Opened({ children, onClose, insistent = false }: Props) {
  return (
    <ErrorBoundary
      resetOn={Boolean(children)}
      fallback={(retry) => (
        <div
          role="alert"
          className="fixed bottom-4 left-1/2 z-60 grid w-[calc(100vw-2rem)] max-w-sm -translate-x-1/2 gap-1 rounded-lg border border-line bg-raised p-4 shadow-2"
        >
          <p className="font-medium">This did not open</p>
          <p className="text-sm text-ink-soft">{brokenWords()}</p>
          <div className="mt-2 flex justify-end gap-2">
            <Button small look="quiet" onClick={onClose}>
              Leave it
            </Button>
            <Button small onClick={retry}>
              Retry
            </Button>
          </div>
        </div>
      )}
    >
      <Suspense fallback={<Opening onClose={insistent ? nothing : onClose} />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
