import { QueryClient, type InfiniteData } from "@tanstack/react-query";
import { beforeEach, expect, it } from "vitest";
import type { Export, LiveEvent, Page, Project, UserId } from "@/lib/api-types";
import { nameOf } from "@/lib/board/board-query";
import { boardFrom, moveSettled, moveShown, type BoardState } from "@/lib/board/board-state";
import { queryKeys } from "@/lib/query-keys";
import { ada, aProject, aTask, projectId } from "@/test/values";
import { applyEvent } from "./apply-event";
import { goneQuery, type Gone } from "./gone";
import { isLiveEvent } from "./guards";

let client: QueryClient;
const task = aTask("a", "1");

beforeEach(() => {
  client = new QueryClient();
  const project = aProject({
    countsAsOf: "2026-01-01T00:00:10.000Z",
    counts: { todo: 1, inProgress: 0, done: 0 },
  });
  client.setQueryData(
    queryKeys.board(projectId),
    boardFrom({
      project,
      seq: 1,
      members: [{ userId: ada.id, name: ada.name, role: "owner", version: 2, joinedAt: "" }],
      columns: [{ status: "todo", items: [task] }],
    }),
  );
  client.setQueryData(queryKeys.projects, { pages: [{ items: [project] }], pageParams: [undefined] });
});

const board = () => client.getQueryData<BoardState>(queryKeys.board(projectId));
const card = () => client.getQueryData<InfiniteData<Page<Project>>>(queryKeys.projects)?.pages[0]?.items[0];

function apply(type: LiveEvent["type"], data: unknown, version?: number, actor?: string) {
  const event = {
    ...{ id: "E", v: 1, type, projectId, at: "", data },
    ...(version !== undefined && { version }),
    ...(actor && { actor }),
  };
  if (!isLiveEvent(event)) throw new Error("the guard refuses this event");
  applyEvent(client, event, ada.id);
}

it("counts change on the board and on the project's card", () => {
  apply("project.counts", {
    counts: { todo: 0, inProgress: 1, done: 0 },
    countsAsOf: "2026-01-01T00:00:11.000Z",
  });
  expect(board()?.project.counts.inProgress).toBe(1);
  expect(card()?.counts.inProgress).toBe(1);
});

it("a comment changes its card's number, also while the card moves; a late one changes nothing", () => {
  const talk = (comments: number, talkVersion: number) =>
    apply("task.talk", { id: task.id, comments, talkVersion }, talkVersion);
  const shown = () => board()?.columns.done.items[0] ?? board()?.columns.todo.items[0];
  const change = (to: (state: BoardState) => BoardState) =>
    client.setQueryData<BoardState>(queryKeys.board(projectId), (state) => state && to(state));
  talk(2, 2);
  talk(1, 1);
  expect(shown()?.comments).toBe(2);
  change((state) => moveShown(state, task.id, "done", 0));
  talk(1, 3);
  expect(shown()).toMatchObject({ status: "done", comments: 1 });
  change((state) => moveSettled(state, task.id, { ...task, version: 2, status: "done" }));
  expect(shown()).toMatchObject({ status: "done", version: 2, comments: 1 });
});

it("counts that are older than the shown ones change nothing", () => {
  apply("project.counts", {
    counts: { todo: 9, inProgress: 9, done: 9 },
    countsAsOf: "2026-01-01T00:00:09.000Z",
  });
  expect(card()?.counts.todo).toBe(1);
});

it("a project's new key is that of its tasks' names; told by an older server, it stays", () => {
  apply("project.updated", { ...aProject({ version: 2, key: "GO" }), role: undefined });
  expect(nameOf(client, aTask("a", "1", { number: 4 }))).toBe("GO-4");
  const { key: _key, ...older } = aProject({ version: 3, name: "Renamed" });
  apply("project.updated", older);
  expect(board()?.project).toMatchObject({ name: "Renamed", key: "GO" });
});

it("a renamed project keeps the reader's role and its counts", () => {
  apply("project.updated", { ...aProject({ version: 2, name: "Renamed" }), role: undefined });
  expect(board()?.project).toMatchObject({ name: "Renamed", role: "editor", counts: { todo: 1 } });
});

it.each<[string, LiveEvent["type"], object, Gone]>([
  ["deleted", "project.deleted", { id: projectId }, { how: "deleted", by: "GRACE" as UserId }],
  [
    "left by who was removed",
    "member.removed",
    { userId: ada.id },
    { how: "removed", by: "GRACE" as UserId },
  ],
])("a project that is %s keeps the reason", (_what, type, data, gone) => {
  apply(type, data, undefined, "GRACE");
  expect(client.getQueryData(goneQuery(projectId).queryKey)).toEqual(gone);
});

it("of a deleted project it is not told that one was removed from it", () => {
  apply("project.deleted", { id: projectId }, undefined, "GRACE");
  apply("member.removed", { userId: ada.id }, undefined, "GRACE");
  expect(client.getQueryData(goneQuery(projectId).queryKey)?.how).toBe("deleted");
});

it("a deleted task goes, and an older event does not bring it back", () => {
  apply("task.deleted", { id: task.id }, 3);
  apply("task.updated", { ...task, version: 2 });
  expect(board()?.columns.todo.items).toEqual([]);
});

it("an older change of a member's role changes nothing", () => {
  apply("member.updated", { userId: ada.id, name: ada.name, role: "viewer", version: 1, joinedAt: "" });
  expect(board()?.members[0]?.role).toBe("owner");
});

it("late progress does not reopen a finished export", () => {
  const job: Partial<Export> = {
    id: "X" as Export["id"],
    state: "succeeded",
    updatedAt: "2026-01-01T00:00:02.000Z",
  };
  client.setQueryData(queryKeys.exports, { items: [job] });
  apply("export.progress", { ...job, state: "running", updatedAt: "2026-01-01T00:00:02.000Z" });
  expect(client.getQueryData<Page<Export>>(queryKeys.exports)?.items[0]?.state).toBe("succeeded");
});

it.each([
  ["no object", "task.created"],
  ["an unknown type", { type: "task.sung", data: {} }],
  ["a task without a rank", { type: "task.created", data: { id: "a", status: "todo", version: 1 } }],
  ["no data", { type: "task.deleted" }],
])("%s is not taken for an event", (_name, value) => {
  expect(isLiveEvent(value)).toBe(false);
});
