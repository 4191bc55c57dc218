/**
 * Puts the focus on cards. A column renders only the cards in view, so the card
 * may have to be revealed first; columns register here to do that.
 */
import { flushSync } from "react-dom";
import type { TaskId } from "@/lib/api-types";

/** Brings a card into the page. False when it is not in this column. */
export type Reveal = (id: TaskId) => boolean;

const columns = new Set<Reveal>();

export function registerColumn(reveal: Reveal): () => void {
  columns.add(reveal);
  return () => columns.delete(reveal);
}

type Part = "title" | "menu";

/** Moves the focus to a card's title or menu button now. False when the board does not show the card. */
export function focusCardNow(id: TaskId, part: Part = "title"): boolean {
  const target = find(id, part);
  if (!target) {
    flushSync(() => [...columns].some((reveal) => reveal(id)));
  }
  const revealed = target ?? find(id, part);
  revealed?.focus();
  return revealed !== null;
}

/** Frames until a closing dialog or menu has given the focus back, so that ours is the last word. */
const FRAMES = 4;

/** The same, once what is closing has closed and the board shows the card where it now is. */
export function focusCard(id: TaskId, part: Part = "title"): void {
  let left = FRAMES;
  const step = () => {
    if (--left > 0) requestAnimationFrame(step);
    else focusCardNow(id, part);
  };
  requestAnimationFrame(step);
}

function find(id: TaskId, part: Part): HTMLElement | null {
  const card = document.querySelector(`[data-task="${CSS.escape(id)}"]`);
  return card?.querySelector(part === "menu" ? "button[aria-haspopup]" : "button[data-title]") ?? null;
}
