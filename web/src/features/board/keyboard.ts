/** Where arrow keys lead on a board: the focus from card to card, and a lifted card from place to place. */
import type { Status, Task, TaskId } from "@/lib/api-types";
import type { Column } from "@/lib/board/board-state";
import { statuses } from "@/lib/words";

export type Columns = Readonly<Record<Status, Column>>;

/** A place in a column; `index` counts from 0. */
export interface Place {
  readonly status: Status;
  readonly index: number;
}

/** A card picked up with the keyboard, and where it would be dropped now. */
export interface Lift {
  readonly id: TaskId;
  readonly at: Place;
}

const arrows = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"] as const;
export type Arrow = (typeof arrows)[number];

export const isArrow = (key: string): key is Arrow => arrows.some((arrow) => arrow === key);

export function placeOf(columns: Columns, id: TaskId): Place | undefined {
  for (const status of statuses) {
    const index = columns[status].items.findIndex((item) => item.id === id);
    if (index >= 0) return { status, index };
  }
  return undefined;
}

/** The card that the focus goes to; undefined where there is none in that direction. */
export function nextCard(columns: Columns, from: Place, key: Arrow): Task | undefined {
  const { items } = columns[from.status];
  switch (key) {
    case "ArrowUp":
      return items[from.index - 1];
    case "ArrowDown":
      return items[from.index + 1];
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    case "ArrowLeft":
    case "ArrowRight": {
      const beyond = inDirection(from.status, key).find((status) => columns[status].items.length > 0);
      const others = beyond ? columns[beyond].items : [];
      return others[Math.min(from.index, others.length - 1)];
    }
  }
}

/** Where a lifted card goes; the same place at the board's edges. */
export function nextPlace(columns: Columns, { id, at }: Lift, key: Arrow): Place {
  const room = (status: Status) => columns[status].items.filter((item) => item.id !== id).length;
  const { status, index } = at;
  switch (key) {
    case "ArrowUp":
      return { status, index: Math.max(0, index - 1) };
    case "ArrowDown":
      return { status, index: Math.min(room(status), index + 1) };
    case "Home":
      return { status, index: 0 };
    case "End":
      return { status, index: room(status) };
    case "ArrowLeft":
    case "ArrowRight": {
      const [beside] = inDirection(status, key);
      return beside === undefined ? at : { status: beside, index: Math.min(index, room(beside)) };
    }
  }
}

/** The columns as they look with the card held over its place. */
export function withLift(columns: Columns, { id, at }: Lift): Columns {
  const from = placeOf(columns, id);
  const task = from && columns[from.status].items[from.index];
  if (!from || !task) return columns;
  const out = { ...columns, [from.status]: without(columns[from.status], id) };
  const target = out[at.status];
  return {
    ...out,
    [at.status]: { ...target, items: target.items.toSpliced(at.index, 0, { ...task, status: at.status }) },
  };
}

const without = (column: Column, id: TaskId): Column => ({
  ...column,
  items: column.items.filter((item) => item.id !== id),
});

/** The columns to that side, nearest first. */
function inDirection(status: Status, key: "ArrowLeft" | "ArrowRight"): Status[] {
  const at = statuses.indexOf(status);
  return key === "ArrowRight" ? statuses.slice(at + 1) : statuses.slice(0, at).reverse();
}
