import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Region } from "./region";
import { isInToaster } from "./toaster";

interface Props {
  title: string;
  trigger: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A panel under a button of the top bar; on a phone as wide as the screen. */
export function Panel({ title, trigger, open, onOpenChange, actions, children }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={title}
          onInteractOutside={(event) => isInToaster(event.target) && event.preventDefault()}
          align="end"
          sideOffset={8}
          collisionPadding={8}
          className="z-40 flex max-h-[min(36rem,var(--radix-popover-content-available-height))] w-[min(25rem,calc(100vw-1rem))] animate-drop-in flex-col rounded-xl border border-line bg-raised shadow-2"
        >
          <div className="flex min-h-12 shrink-0 items-center gap-2 border-b border-line pr-2.5 pl-4">
            <h2 className="mr-auto font-semibold">{title}</h2>
            {actions}
          </div>
          <div className="min-h-0 overflow-y-auto overscroll-contain">
            <Region name={title}>{children}</Region>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
