import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { FormError } from "./field";
import { useReturnFocus } from "./return-focus";

interface Props {
  title: string;
  children: ReactNode;
  confirmLabel: string;
  open: boolean;
  busy: boolean;
  /** The safe answer, where "Keep" does not answer the question. */
  cancelLabel?: string;
  /** Why the last attempt did not succeed. */
  error?: string | undefined;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before something is taken away. The safe answer has the focus. */
export function ConfirmDialog(props: Props) {
  const {
    title,
    children,
    confirmLabel,
    cancelLabel = "Keep",
    open,
    busy,
    error,
    onConfirm,
    onCancel,
  } = props;
  const { remember, giveBack } = useReturnFocus();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-appear bg-scrim" />
        <Radix.Content
          onOpenAutoFocus={remember}
          onCloseAutoFocus={giveBack}
          className="fixed top-1/2 left-1/2 z-50 grid w-[calc(100vw-2rem)] max-w-sm -translate-1/2 animate-appear grid-cols-1 gap-3 rounded-xl border border-line bg-raised p-5 shadow-2"
        >
          <Radix.Title className="text-lg font-semibold wrap-anywhere">{title}</Radix.Title>
          <Radix.Description className="wrap-anywhere text-ink-soft">{children}</Radix.Description>
          <FormError>{error}</FormError>
          <div className="mt-1 flex justify-end gap-2">
            <Radix.Cancel asChild>
              <Button>{cancelLabel}</Button>
            </Radix.Cancel>
            <Button look="danger" busy={busy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
