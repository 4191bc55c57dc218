import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore, type FocusEvent } from "react";
import { dismissToast, toasts, type Toast } from "@/lib/toast/toasts";
import { Button, IconButton } from "./button";

const SHOWN_MS = 6_000;
/** Time to read, decide and reach the button. */
const SHOWN_WITH_ACTION_MS = 10_000;

/** Marks the toaster for dialogs, so that a click on a toast is not a click outside. */
export const isInToaster = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[data-toaster]") !== null;

/**
 * Shows toasts at the corner, above a bar of tools at the page's foot. They
 * wait while any of them is hovered or focused. Not a library's: sonner adds a `<style>` element, which our CSP
 * refuses, and Radix's toast takes the Escape key from the dialog under it.
 */
export function Toaster() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.snapshot);
  const [held, setHeld] = useState(false);
  const before = useRef<EventTarget>(null);
  const takeFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    setHeld(true);
    if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget;
  };
  /** A toast goes with the button that was pressed: the focus returns to where it came from, or to the heading. */
  const giveBack = () => {
    if (!isInToaster(document.activeElement)) return;
    const { current } = before;
    const there = current instanceof HTMLElement && current.isConnected;
    (there ? current : document.querySelector("h1"))?.focus({ preventScroll: true });
  };
  return (
    <section
      data-toaster
      aria-label="Messages"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={takeFocus}
      onBlur={() => setHeld(false)}
      className="pointer-events-none fixed right-0 bottom-0 z-60 w-full max-w-sm p-3 sm:p-5 [body:has([data-below-toasts])_&]:bottom-24 sm:[body:has([data-below-toasts])_&]:bottom-14"
    >
      <div role="status" aria-live="polite">
        <ol className="grid gap-2">
          {shown.map((toast) => (
            <Item key={toast.key} toast={toast} held={held} onPressed={giveBack} />
          ))}
        </ol>
      </div>
    </section>
  );
}

interface ItemProps {
  toast: Toast;
  held: boolean;
  /** Before it is dismissed by one of its buttons. */
  onPressed: () => void;
}

function Item({ toast, held, onPressed }: ItemProps) {
  const { key, tone, title, text, action } = toast;

  useEffect(() => {
    if (held || tone === "error") return;
    const timer = setTimeout(() => dismissToast(key), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    return () => clearTimeout(timer);
    // A toast that took this one's place is another object: its time starts anew.
  }, [held, key, tone, toast, action]);

  const dismiss = () => {
    onPressed();
    dismissToast(key);
  };
  return (
    <li className="pointer-events-auto flex animate-drop-in items-start gap-3 rounded-lg border border-line bg-raised py-3 pr-2 pl-3.5 shadow-2">
      <ToneIcon tone={tone} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="font-medium">{title}</p>
        {text !== undefined && <p className="text-sm text-ink-soft">{text}</p>}
        {action && (
          <Button
            small
            className="mt-1.5 justify-self-start"
            onClick={() => {
              dismiss();
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </div>
      <IconButton label="Dismiss" className="size-7!" onClick={dismiss}>
        <X size={15} aria-hidden />
      </IconButton>
    </li>
  );
}

function ToneIcon({ tone }: { tone: Toast["tone"] }) {
  if (tone === "error") return <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-danger" />;
  if (tone === "success")
    return <CircleCheck size={18} aria-hidden className="mt-0.5 shrink-0 text-success" />;
  return <Info size={18} aria-hidden className="mt-0.5 shrink-0 text-accent" />;
}
