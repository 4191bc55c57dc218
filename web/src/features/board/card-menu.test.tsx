import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { boardFrom, type BoardState } from "@/lib/board/board-state";
import { queryKeys } from "@/lib/query-keys";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId } from "@/test/values";
import OpenCardMenu from "./card-menu-items";
import { ShownBoard } from "./shown-board";
import type { Placement } from "./use-move-task";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const task = aTask("a", "1", { number: 7, version: 3 });
let client: QueryClient;
const board = () => client.getQueryData<BoardState>(queryKeys.board(projectId));
const told = () => toasts.snapshot().map(({ title, text }) => [title, text]);

let moved: Placement[];

beforeEach(() => {
  for (const { key } of toasts.snapshot()) dismissToast(key);
  client = new QueryClient();
  moved = [];
  const state = boardFrom({
    project: aProject(),
    seq: 1,
    members: [],
    columns: [{ status: "todo", items: [task], nextCursor: "more" }],
  });
  client.setQueryData(queryKeys.board(projectId), state);
  renderPart(
    <ShownBoard value={() => state}>
      <OpenCardMenu trigger={<button>menu</button>} task={task} onMove={(to) => void moved.push(to)} />
    </ShownBoard>,
    { client },
  );
});

it.each([
  ["To the bottom", { id: "a", status: "todo", index: 0, last: true }],
  ["Done", { id: "a", status: "done", index: 0, last: true }],
])("%s means the column's end, also of one that is not loaded to it", async (item, placement) => {
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
  expect(moved).toEqual([placement]);
});

it("copies a link that opens the task", async () => {
  await userEvent.click(await screen.findByRole("menuitem", { name: "Copy link" }));
  await expect.poll(told).toEqual([["The link to CUM-7 is copied", undefined]]);
  expect(await navigator.clipboard.readText()).toBe(`${location.origin}/projects/${projectId}?task=a`);
});

it("deletes the task and offers to bring it back", async () => {
  const asked: (string | null)[] = [];
  server.use(
    route.delete("*/tasks/a", ({ request }) => {
      asked.push(request.headers.get("if-match"));
      return new HttpResponse(null, { status: 204 });
    }),
  );
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await expect.poll(told).toEqual([["LAU-7 is deleted", undefined]]);
  expect(asked).toEqual(['"v3"']);
  expect(board()?.columns.todo.items).toEqual([]);
  expect(toasts.snapshot()[0]?.action?.label).toBe("Undo");
});

it("leaves a task that somebody changed meanwhile, and says so", async () => {
  server.use(
    route.delete("*/tasks/a", () =>
      HttpResponse.json(
        { title: "Stale", status: 412, code: "version_mismatch", current: { ...task, version: 4 } },
        { status: 412 },
      ),
    ),
  );
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await expect
    .poll(told)
    .toEqual([["CUM-7 was not deleted", "Someone changed it a moment ago. Look at it again."]]);
  expect(board()?.columns.todo.items).toEqual([task]);
});
