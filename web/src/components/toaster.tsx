import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { useSyncExternalStore } from "react";
import { dismissToast, toasts, type Toast } from "@/lib/toast/toasts";
import { Button, IconButton } from "./button";

const SHOWN_MS = 6_000;

/** Shows toasts; they wait while hovered, focused, or while the window is in the background. */
export function Toaster() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.snapshot);
  return (
    <Radix.Provider label="Message" swipeDirection="right" duration={SHOWN_MS}>
      {shown.map((toast) => (
        <Item key={toast.key} toast={toast} />
      ))}
      <Radix.Viewport
        label="Messages ({hotkey})"
        className="fixed right-0 bottom-0 z-50 grid w-full max-w-sm gap-2 p-3 outline-none empty:hidden sm:p-5"
      />
    </Radix.Provider>
  );
}

function Item({ toast }: { toast: Toast }) {
  const { key, tone, title, text, action } = toast;
  return (
    <Radix.Root
      type={tone === "error" ? "foreground" : "background"}
      duration={tone === "error" ? Infinity : SHOWN_MS}
      onOpenChange={(open) => !open && dismissToast(key)}
      className="flex animate-drop-in items-start gap-3 rounded-lg border border-line bg-raised py-3 pr-2 pl-3.5 shadow-2"
    >
      <ToneIcon tone={tone} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <Radix.Title className="font-medium">{title}</Radix.Title>
        {text !== undefined && (
          <Radix.Description className="text-sm text-ink-soft">{text}</Radix.Description>
        )}
        {action && (
          <Radix.Action asChild altText={action.label}>
            <Button small className="mt-1.5 justify-self-start" onClick={action.run}>
              {action.label}
            </Button>
          </Radix.Action>
        )}
      </div>
      <Radix.Close asChild>
        <IconButton label="Dismiss" className="size-7!">
          <X size={15} aria-hidden />
        </IconButton>
      </Radix.Close>
    </Radix.Root>
  );
}

function ToneIcon({ tone }: { tone: Toast["tone"] }) {
  if (tone === "error") return <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-danger" />;
  if (tone === "success")
    return <CircleCheck size={18} aria-hidden className="mt-0.5 shrink-0 text-success" />;
  return <Info size={18} aria-hidden className="mt-0.5 shrink-0 text-accent" />;
}
