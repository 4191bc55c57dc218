import type { ReactNode } from "react";
import { Button } from "./button";
import { ErrorBoundary } from "./error-boundary";

interface Props {
  /** As its title says it: "The activity", "To Do". */
  name: string;
  children: ReactNode;
}

/** A part of a page that breaks alone: the rest stays usable, and it can be tried again. */
export function Region({ name, children }: Props) {
  return (
    <ErrorBoundary
      fallback={(retry) => (
        <div role="alert" className="m-auto grid max-w-sm justify-items-center gap-2 px-4 py-8 text-center">
          <p className="font-medium">{name} could not be shown</p>
          <p className="text-sm text-ink-soft">{brokenWords()}</p>
          <Button small onClick={retry}>
            Retry
          </Button>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}

export const brokenWords = (): string =>
  navigator.onLine
    ? "The fault is ours; your data is safe. Trying again often helps."
    : "You are offline, and this part was not fetched before. Try again when you are back.";
