import { expect, it } from "vitest";
import { ada, aTask } from "@/test/values";
import { backTo } from "./bulk-undo";

it("groups the tasks by the value they had, and leaves out those that had it already", () => {
  const before = [
    aTask("a", "1", { priority: "low", version: 2 }),
    aTask("b", "2", { priority: "none", version: 2 }),
    aTask("c", "3", { priority: "low", version: 2 }),
    aTask("d", "4", { priority: "high", version: 2 }),
  ];
  const stored = before.map((task) => ({ ...task, priority: "high" as const, version: 3 }));
  expect(backTo(before, stored, { priority: "high" })).toEqual([
    {
      set: { priority: "low" },
      items: [
        { id: "a", version: 3 },
        { id: "c", version: 3 },
      ],
    },
    { set: { priority: "none" }, items: [{ id: "b", version: 3 }] },
  ]);
});

it("gives nobody a task back that had nobody, and nothing to one that was refused", () => {
  const before = [aTask("a", "1"), aTask("b", "2")];
  const stored = [aTask("a", "1", { assignee: ada.id, version: 2 })];
  expect(backTo(before, stored, { assignee: ada.id })).toEqual([
    { set: { assignee: null }, items: [{ id: "a", version: 2 }] },
  ]);
});

it("brings tasks back to where they stood in their columns", () => {
  const before = [aTask("a", "1"), aTask("b", "2", { status: "in_progress" }), aTask("c", "3")];
  const stored = before.map((task) => ({
    ...task,
    status: "done" as const,
    rank: `9${task.rank}`,
    version: 2,
  }));
  expect(backTo(before, stored, { status: "done" })).toEqual([
    {
      set: { status: "todo" },
      items: [
        { id: "a", version: 2, rank: "1" },
        { id: "c", version: 2, rank: "3" },
      ],
    },
    { set: { status: "in_progress" }, items: [{ id: "b", version: 2, rank: "2" }] },
  ]);
});
