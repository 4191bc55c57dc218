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
    "in WS-7 set the assignee to Grace",
  ],
  [
    "two fields at once",
    entry("task.updated", {
      changes: [
        { field: "priority", from: "low", to: "high" },
        { field: "due", from: "2026-03-05", to: null },
      ],
    }),
    "in WS-7 changed the priority from Low to High, cleared the due date",
  ],
  [
    "a description, without its text",
    entry("task.updated", { changes: [{ field: "description" }] }),
    "in WS-7 changed the description",
  ],
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
])("tells %s", (_name, what, words) => expect(told(what, [grace], "WS")).toBe(words));
