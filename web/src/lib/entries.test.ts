import { expect, it } from "vitest";
import type { Entry, EventId, Member, UserId } from "./api-types";
import { told } from "./entries";

const grace: Member = {
  userId: "GRACE" as UserId,
  name: "Grace",
  role: "editor",
  version: 1,
  joinedAt: "2026-01-01T00:00:00.000Z",
};

const entry = (type: string, rest: Partial<Entry> = {}): Entry => ({
  id: "E" as EventId,
  type,
  at: "2026-01-01T00:00:00.000Z",
  actor: "ADA" as UserId,
  actorName: "Ada",
  number: 7,
  title: "Grind",
  ...rest,
});

function sentence(what: Entry, projectKey?: string): string {
  const { before, task, after } = told(what, [grace], projectKey);
  return before + task + after;
}

it.each<[string, Entry, string]>([
  ["a new task", entry("task.created"), "created WS-7 “Grind”"],
  [
    "a move to another column",
    entry("task.moved", { changes: [{ field: "status", from: "todo", to: "done" }] }),
    "moved WS-7 from To Do to Done",
  ],
  ["a move in its column", entry("task.moved"), "moved WS-7 within its column"],
  [
    "a first assignee",
    entry("task.updated", { changes: [{ field: "assignee", from: null, to: "GRACE" }] }),
    "assigned WS-7 to Grace",
  ],
  [
    "two fields at once",
    entry("task.updated", {
      changes: [
        { field: "priority", from: "low", to: "high" },
        { field: "due", from: "2026-03-05", to: null },
      ],
    }),
    "changed the priority of WS-7 from Low to High and cleared its due date",
  ],
  [
    "a description, without its text",
    entry("task.updated", { changes: [{ field: "description" }] }),
    "changed the description of WS-7",
  ],
  [
    "another title, and who does it",
    entry("task.updated", {
      changes: [
        { field: "title", from: "Grid", to: "Grind" },
        { field: "description" },
        { field: "assignee", from: "GRACE", to: null },
      ],
    }),
    "changed the title of WS-7 from “Grid” to “Grind”, changed its description and unassigned it",
  ],
  ["a task that came back", entry("task.restored"), "brought WS-7 “Grind” back"],
  ["a new role", entry("member.updated", { name: "Grace", role: "owner" }), "made Grace an owner"],
  [
    "somebody who left",
    entry("member.removed", { userId: "ADA" as UserId, name: "Ada" }),
    "left the project",
  ],
  [
    "an archived project",
    entry("project.updated", { changes: [{ field: "archived", from: false, to: true }] }),
    "archived the project",
  ],
  [
    "another key",
    entry("project.updated", { changes: [{ field: "key", from: "CUM", to: "WS" }] }),
    "changed the project's key to WS",
  ],
  ["what a newer server tells", entry("task.teleported"), "did something this page is too old to name"],
])("tells %s", (_name, what, words) => expect(sentence(what, "WS")).toBe(words));

it.each<[string, Entry, string]>([
  ["its beginning", entry("task.created"), "created this task"],
  [
    "a move",
    entry("task.moved", { changes: [{ field: "status", from: "todo", to: "done" }] }),
    "moved it from To Do to Done",
  ],
  [
    "an assignee",
    entry("task.updated", { changes: [{ field: "assignee", from: null, to: "GRACE" }] }),
    "assigned it to Grace",
  ],
  [
    "a field",
    entry("task.updated", { changes: [{ field: "priority", from: "low", to: "high" }] }),
    "changed the priority from Low to High",
  ],
  ["a comment", entry("comment.added"), "commented"],
])("the history of a task does not name it: %s", (_name, what, words) => expect(sentence(what)).toBe(words));

it("a task whose number is not told is a task", () => {
  const { number: _, ...unnumbered } = entry("task.deleted");
  expect(sentence(unnumbered, "WS")).toBe("deleted a task “Grind”");
});

it("the name of the task stands apart, to become a link", () => {
  expect(told(entry("task.created"), [], "WS")).toEqual({
    before: "created ",
    task: "WS-7",
    after: " “Grind”",
  });
  expect(told(entry("project.created"), [], "WS").task).toBe("");
});
