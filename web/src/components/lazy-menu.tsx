import { cloneElement, Suspense, useState, type ReactElement } from "react";
import { ErrorBoundary } from "./error-boundary";

type Trigger = ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu"; "aria-expanded"?: boolean }>;

interface Props {
  /** The button; what it opens is fetched when it is first pressed. */
  trigger: Trigger;
  /** The same button with its menu, open from the start. */
  children: (trigger: Trigger) => ReactElement;
}

/**
 * A menu button that costs a page no menu until it is used: a board has one per
 * card, and its first paint should not wait for any. Each press tries again what
 * did not come.
 */
export function LazyMenu({ trigger, children }: Props) {
  const [used, setUsed] = useState(false);
  if (!used) {
    return cloneElement(trigger, {
      "aria-haspopup": "menu",
      "aria-expanded": false,
      onClick: () => setUsed(true),
    });
  }
  return (
    <ErrorBoundary fallback={(retry) => cloneElement(trigger, { onClick: retry })}>
      <Suspense fallback={trigger}>{children(trigger)}</Suspense>
    </ErrorBoundary>
  );
}
