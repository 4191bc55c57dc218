import { describe, expect, it } from "vitest";
import type { TaskId } from "@/lib/api-types";
import { all, AT_MOST, extended, nothing, toggled } from "./selection";

const ids = (...names: string[]) => names as TaskId[];
const order = ids("a", "b", "c", "d", "e");
const of = (selection: { ids: ReadonlySet<TaskId> }) => [...selection.ids].sort();

describe("a selection", () => {
  it("takes a task in and lets it go", () => {
    const one = toggled(nothing, "b" as TaskId);
    expect(of(one)).toEqual(["b"]);
    expect(of(toggled(one, "b" as TaskId))).toEqual([]);
  });

  it.each([
    ["down", "b", "d", ["b", "c", "d"]],
    ["up", "d", "b", ["b", "c", "d"]],
    ["to itself", "c", "c", ["c"]],
    ["to a task that has left the list", "b", "gone", ["b", "gone"]],
  ])("a range goes %s from the task chosen last", (_name, from, to, want) => {
    expect(of(extended(toggled(nothing, from as TaskId), order, to as TaskId))).toEqual(want);
  });

  it("a range keeps what was selected, and its beginning for the next range", () => {
    const first = toggled(toggled(nothing, "a" as TaskId), "c" as TaskId);
    const longer = extended(extended(first, order, "d" as TaskId), order, "e" as TaskId);
    expect(of(longer)).toEqual(["a", "c", "d", "e"]);
    expect(longer.anchor).toBe("c");
  });

  it("without a beginning a range is its end", () => {
    expect(of(extended(nothing, order, "c" as TaskId))).toEqual(["c"]);
  });

  it("has no more tasks than a request may change, and the new ones are left out", () => {
    const many = Array.from({ length: AT_MOST + 5 }, (_, n) => `t${n}` as TaskId);
    const full = all(many);
    expect(of(full)).toEqual(many.slice(0, AT_MOST).sort());
    expect(toggled(full, "new" as TaskId).ids).not.toContain("new");
  });
});
