import { useRef } from "react";

/**
 * Gives the focus back to what had it before a dialog opened. Radix does so for
 * dialogs with a trigger of its own; ours are opened by keys, menus and addresses.
 */
export function useReturnFocus() {
  const before = useRef<Element>(null);
  return {
    /** For `onOpenAutoFocus`: the focus has not moved yet. */
    remember: () => {
      before.current = document.activeElement;
    },
    /** For `onCloseAutoFocus`. What is gone meanwhile leaves the place to whoever closed the dialog. */
    giveBack: (event: Event) => {
      event.preventDefault();
      if (before.current instanceof HTMLElement && before.current !== document.body) before.current.focus();
    },
  };
}
