import { QueryClient } from "@tanstack/react-query";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { TaskId } from "@/lib/api-types";
import { aProject, aTask, projectId } from "@/test/values";
import { boardQuery, PAGE_SIZE } from "./board-query";
import { withoutTask, withPage } from "./board-state";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const title = (n: number) => String(n).padStart(4, "0");
/** A column's cards from one number to another, in their order. */
const cards = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => aTask(title(from + i), title(from + i)));

/** A project of so many cards in To Do; returns the cursors that were asked for. */
function serving(total: number) {
  const asked: (string | null)[] = [];
  const page = (from: number) => {
    const to = Math.min(from + PAGE_SIZE, total);
    return { items: cards(from, to), ...(to < total && { nextCursor: String(to) }) };
  };
  server.use(
    route.get("*/board", () =>
      HttpResponse.json({
        project: aProject(),
        seq: 1,
        members: [],
        columns: [{ status: "todo", ...page(0) }],
      }),
    ),
    route.get("*/tasks", ({ request }) => {
      const cursor = new URL(request.url).searchParams.get("cursor");
      asked.push(cursor);
      return HttpResponse.json(page(Number(cursor)));
    }),
  );
  return asked;
}

async function refetched(client: QueryClient) {
  await client.invalidateQueries({ queryKey: boardQuery(projectId).queryKey });
  return client.query(boardQuery(projectId));
}

it("shows a column after a refetch as far down as before, and as the server has it now", async () => {
  const client = new QueryClient();
  serving(400);
  const { queryKey } = boardQuery(projectId);
  let state = await client.query(boardQuery(projectId));
  expect(state.columns.todo.items).toHaveLength(PAGE_SIZE);
  for (const from of [50, 100]) {
    state = withPage(state, "todo", { items: cards(from, from + 50), nextCursor: String(from + 50) });
  }
  state = withoutTask(state, title(3) as TaskId, 9); // 149 are left of three pages
  client.setQueryData(queryKey, state);

  const asked = serving(120); // others deleted the rest meanwhile
  state = await refetched(client);
  expect(asked).toEqual(["50", "100"]);
  expect(state.columns.todo.items).toHaveLength(119);
  expect(state.columns.todo.nextCursor).toBeUndefined();
});

it("keeps what is scrolled into view while it is under way", async () => {
  const client = new QueryClient();
  const asked = serving(400);
  const { queryKey } = boardQuery(projectId);
  let state = await client.query(boardQuery(projectId));
  const scrolled = (from: number) => {
    state = withPage(state, "todo", { items: cards(from, from + 50), nextCursor: String(from + 50) });
    client.setQueryData(queryKey, state);
  };
  scrolled(50);
  server.events.on("request:match", ({ request }) => {
    if (request.url.includes("cursor=50")) scrolled(100);
  });
  const after = await refetched(client);
  server.events.removeAllListeners();
  expect(asked).toEqual(["50", "100"]);
  expect(after.columns.todo.items).toHaveLength(150);
});

it("asks for no further page when nobody scrolled", async () => {
  const client = new QueryClient();
  const asked = serving(400);
  await client.query(boardQuery(projectId));
  const state = await refetched(client);
  expect(asked).toEqual([]);
  expect(state.columns.todo).toMatchObject({ nextCursor: "50" });
});
