import type { TaskId } from "@/lib/api-types";

/** Frames until a closing dialog or menu has given the focus back, so that ours is the last word. */
const FRAMES = 4;

/** Moves the focus to a card's title, or to its menu button, once the board shows it where it now is. */
export function focusCard(id: TaskId, part: "title" | "menu" = "title"): void {
  let left = FRAMES;
  const step = () => {
    if (--left > 0) return requestAnimationFrame(step);
    const card = document.querySelector(`[data-task="${CSS.escape(id)}"]`);
    const target = card?.querySelector<HTMLElement>(
      part === "menu" ? "button[aria-haspopup]" : "button[data-title]",
    );
    target?.focus();
    return 0;
  };
  requestAnimationFrame(step);
}
