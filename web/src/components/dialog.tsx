import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./button";
import { useDoubleClick } from "./double-click";
import { Region } from "./region";
import { useReturnFocus } from "./return-focus";
import { isInToaster } from "./toaster";

interface Props {
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  open: boolean;
  onClose: () => void;
  /** "wide" for forms in two columns, "full" for a document with its margins. */
  size?: "wide" | "full";
  /** There is no way out but the buttons inside. */
  insistent?: boolean;
  children: ReactNode;
}

/** The first field rather than the Close button; on a touch screen neither, as it would open the keyboard. */
function focusFirstField(event: Event): void {
  if (!(event.target instanceof Element) || matchMedia("(pointer: coarse)").matches) return;
  const field = event.target.querySelector<HTMLElement>(
    "input:not([readonly], [type=radio]), textarea:not([disabled])",
  );
  if (!field) return;
  event.preventDefault();
  field.focus();
}

const widths = { narrow: "max-w-md", wide: "max-w-2xl", full: "max-w-4xl" };

/** Escape first closes the suggestions of the field one is in. */
const isSuggesting = (): boolean => document.activeElement?.hasAttribute("aria-activedescendant") === true;

/** A modal dialog: traps the focus, closes with Escape, gives the focus back. */
export function Dialog({ title, description, open, onClose, size, insistent, children }: Props) {
  const { remember, giveBack } = useReturnFocus();
  const doubleClick = useDoubleClick();
  const stay = (event: Event) => {
    if (insistent === true || isInToaster(event.target) || isSuggesting()) event.preventDefault();
  };
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 grid animate-appear place-items-center overflow-y-auto bg-scrim p-3 max-sm:items-end sm:p-6">
          <Radix.Content
            onOpenAutoFocus={(event) => {
              doubleClick.begin();
              remember();
              focusFirstField(event);
            }}
            onCloseAutoFocus={giveBack}
            onEscapeKeyDown={stay}
            onPointerDownOutside={doubleClick.stay}
            onInteractOutside={stay}
            {...(description === undefined ? { "aria-describedby": undefined } : {})}
            data-insistent={insistent}
            className={`w-full animate-drop-in rounded-xl border border-line bg-raised p-5 shadow-2 sm:p-6 ${widths[size ?? "narrow"]}`}
          >
            <header className="mb-4 flex items-start gap-3">
              <div className="grid min-w-0 flex-1 grid-cols-1 gap-1 wrap-anywhere">
                <Radix.Title className="text-xl font-semibold">{title}</Radix.Title>
                {description !== undefined && (
                  <Radix.Description className="text-ink-soft">{description}</Radix.Description>
                )}
              </div>
              {insistent !== true && (
                <Radix.Close asChild>
                  <IconButton label="Close" className="-mt-1.5 -mr-2">
                    <X size={18} aria-hidden />
                  </IconButton>
                </Radix.Close>
              )}
            </header>
            <Region name={title}>{children}</Region>
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-1 flex flex-wrap items-center justify-end gap-2">{children}</div>;
}
