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
  onClose: () => void;
  children: ReactNode;
}

/** A panel along the page's right edge, for reading beside the page; closes with Escape. */
export function Sheet({ title, onClose, children }: Props) {
  const { remember, giveBack } = useReturnFocus();
  const doubleClick = useDoubleClick();
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            doubleClick.begin();
            remember();
          }}
          onCloseAutoFocus={giveBack}
          onPointerDownOutside={doubleClick.stay}
          onInteractOutside={(event) => isInToaster(event.target) && event.preventDefault()}
          className="fixed inset-y-0 right-0 z-40 flex w-full max-w-md animate-slide-in flex-col border-l border-line bg-raised shadow-2"
        >
          <header className="flex min-h-14 shrink-0 items-center gap-2 border-b border-line pr-2.5 pl-5">
            <Radix.Title className="mr-auto text-lg font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X size={18} aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 grow overflow-y-auto overscroll-contain p-5">
            <Region name={title}>{children}</Region>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
