import { describe, expect, it } from "vitest";
import type { Status, TaskId } from "@/lib/api-types";
import { aTask } from "@/test/values";
import { nextCard, nextPlace, placeOf, withLift, type Arrow, type Columns } from "./keyboard";

const column = (status: Status, ids: string) => ({
  items: [...ids].map((id, index) => aTask(id, String(index), { status })),
});

const board = (todo: string, doing: string, done: string): Columns => ({
  todo: column("todo", todo),
  in_progress: column("in_progress", doing),
  done: column("done", done),
});

const shown = (columns: Columns) =>
  [columns.todo, columns.in_progress, columns.done].map(({ items }) => items.map(({ id }) => id).join(""));

describe("an arrow moves the focus", () => {
  it.each<[string, Columns, string, Arrow, string | undefined]>([
    ["down", board("abc", "", ""), "a", "ArrowDown", "b"],
    ["up", board("abc", "", ""), "b", "ArrowUp", "a"],
    ["nowhere above the first card", board("abc", "", ""), "a", "ArrowUp", undefined],
    ["to the same height in the next column", board("ab", "xyz", ""), "b", "ArrowRight", "y"],
    ["to the last card of a shorter column", board("abc", "x", ""), "c", "ArrowRight", "x"],
    ["over an empty column", board("ab", "", "z"), "b", "ArrowRight", "z"],
    ["back to the left", board("ab", "xy", ""), "y", "ArrowLeft", "b"],
    ["nowhere left of the first column", board("ab", "xy", ""), "a", "ArrowLeft", undefined],
    ["to the column's end", board("abc", "", ""), "a", "End", "c"],
    ["to the column's start", board("abc", "", ""), "c", "Home", "a"],
  ])("%s", (_name, columns, from, key, want) => {
    const place = placeOf(columns, from as TaskId);
    expect(place && nextCard(columns, place, key)?.id).toBe(want);
  });
});

describe("an arrow moves a lifted card", () => {
  const columns = board("abc", "xy", "");
  it.each<[string, Arrow[], string[]]>([
    ["down past its neighbour", ["ArrowDown"], ["bac", "xy", ""]],
    ["no further than the end", ["ArrowDown", "ArrowDown", "ArrowDown"], ["bca", "xy", ""]],
    ["to the next column at the same height", ["ArrowRight"], ["bc", "axy", ""]],
    ["into an empty column", ["ArrowRight", "ArrowRight"], ["bc", "xy", "a"]],
    ["nowhere beyond the last column", ["ArrowRight", "ArrowRight", "ArrowRight"], ["bc", "xy", "a"]],
    ["below the last card of another column", ["End", "ArrowRight"], ["bc", "xya", ""]],
  ])("%s", (_name, keys, want) => {
    let lift = { id: "a" as TaskId, at: { status: "todo" as Status, index: 0 } };
    for (const key of keys) lift = { ...lift, at: nextPlace(columns, lift, key) };
    expect(shown(withLift(columns, lift))).toEqual(want);
  });

  it("and shows the board as it is when somebody deleted the card meanwhile", () => {
    const lift = { id: "gone" as TaskId, at: { status: "done" as Status, index: 0 } };
    expect(withLift(columns, lift)).toBe(columns);
  });
});
