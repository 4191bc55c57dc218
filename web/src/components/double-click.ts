import { useRef } from "react";

/** What a double click takes at most. */
const DOUBLE_CLICK_MS = 500;

/** Keeps the second press of a double click, which falls beside what the first has opened, from closing it. */
export function useDoubleClick() {
  const opened = useRef(0);
  return {
    /** For `onOpenAutoFocus`. */
    begin: () => {
      opened.current = performance.now();
    },
    /** For `onPointerDownOutside`. */
    stay: (event: CustomEvent<{ originalEvent: PointerEvent }>) => {
      if (event.detail.originalEvent.timeStamp - opened.current < DOUBLE_CLICK_MS) event.preventDefault();
    },
  };
}
