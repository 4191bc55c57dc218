/**
 * Puts the focus on cards. A column renders only the cards in view, so the card
 * may have to be revealed first; columns register here to do that.
 */
import { flushSync } from "react-dom";
import type { Task, TaskId } from "@/lib/api-types";

/** A column of the board, or the list. */
interface Shown {
  /** Top down. */
  items: readonly Task[];
  /** Brings one of them into the page. */
  reveal: (id: TaskId, index: number) => void;
}

const columns = new Set<Shown>();

export function registerColumn(column: Shown): () => void {
  columns.add(column);
  return () => columns.delete(column);
}

function placeOf(id: TaskId): { column: Shown; index: number } | undefined {
  for (const column of columns) {
    const index = column.items.findIndex((item) => item.id === id);
    if (index >= 0) return { column, index };
  }
  return undefined;
}

/** The card below these, or above if they are the last: where the focus goes when they leave. */
export function cardBeside(...ids: TaskId[]): TaskId | undefined {
  const last = ids.at(-1);
  const at = last && placeOf(last);
  if (!at) return undefined;
  const { items } = at.column;
  const stays = ({ id }: Task) => !ids.includes(id);
  return (items.slice(at.index).find(stays) ?? items.slice(0, at.index).findLast(stays))?.id;
}

type Part = "title" | "menu";

/** Moves the focus to a card's title or menu button now. False when the board does not show the card. */
export function focusCardNow(id: TaskId, part: Part = "title"): boolean {
  const target = find(id, part);
  if (!target) {
    flushSync(() => {
      const at = placeOf(id);
      at?.column.reveal(id, at.index);
    });
  }
  const revealed = target ?? find(id, part);
  revealed?.focus();
  return revealed !== null;
}

/** Frames until a closing dialog or menu has given the focus back, so that ours is the last word. */
const CLOSING = 4;
/** A list shows a new task when the server has sorted it in. */
const PATIENCE_MS = 2_000;

/**
 * The same, once what is closing has closed and the page shows the card where it
 * now is. Whoever turns to something else meanwhile is not pulled away from it.
 */
export function focusCard(id: TaskId, part: Part = "title"): void {
  const until = performance.now() + PATIENCE_MS;
  let closing = CLOSING;
  let rests: Element | null = null;
  const step = () => {
    if (--closing > 0) return requestAnimationFrame(step);
    if (closing === 0) rests = document.activeElement;
    if (document.activeElement !== rests || focusCardNow(id, part)) return;
    if (performance.now() < until) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** To the page's heading, when there is no card left. */
export function focusHeading(): void {
  document.querySelector("h1")?.focus();
}

/** To a card that came back, for whoever has pressed a button that is gone. */
export function focusReturned(id: TaskId): void {
  const { activeElement } = document;
  if (activeElement === document.body || activeElement?.tagName === "H1") focusCard(id);
}

/** When a card has left: to the one that was `beside` it, or to the heading. */
export function focusInstead(beside: TaskId | undefined): void {
  if (beside && placeOf(beside)) focusCard(beside);
  else onceClosed(focusHeading);
}

/** The same where what went may have had the focus: who has it elsewhere keeps it. */
export function focusIfLost(beside: TaskId | undefined): void {
  onceClosed(() => {
    if (document.activeElement !== document.body) return;
    if (!beside || !focusCardNow(beside)) focusHeading();
  });
}

function onceClosed(act: () => void, frames = CLOSING): void {
  requestAnimationFrame(() => (frames > 1 ? onceClosed(act, frames - 1) : act()));
}

function find(id: TaskId, part: Part): HTMLElement | null {
  const card = document.querySelector(`[data-task="${CSS.escape(id)}"]`);
  return card?.querySelector(part === "menu" ? "button[aria-haspopup]" : "button[data-title]") ?? null;
}
