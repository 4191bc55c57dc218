import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse, type JsonBodyType } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Task, TaskId } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { boardFrom, type BoardState, withoutTask, withTask } from "@/lib/board/board-state";
import { queryKeys } from "@/lib/query-keys";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId } from "@/test/values";
import { useMoveTask } from "./use-move-task";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const [first, second] = [aTask("a", "1", { number: 1 }), aTask("b", "2", { number: 2, version: 4 })];
let client: QueryClient;

beforeEach(() => {
  for (const { key } of toasts.snapshot()) dismissToast(key);
  client = new QueryClient();
  client.setQueryData(
    queryKeys.board(projectId),
    boardFrom({
      project: aProject(),
      seq: 1,
      members: [],
      columns: [{ status: "todo", items: [first, second] }],
    }),
  );
});

function Mover() {
  const { move, undo } = useMoveTask(projectId, {});
  return (
    <>
      <button onClick={() => move({ id: "b" as TaskId, status: "done", index: 0 })}>move</button>
      <button onClick={() => move({ id: "b" as TaskId, status: "todo", index: 0 })}>to the top</button>
      <button onClick={() => move({ id: "b" as TaskId, status: "done", index: 0, last: true })}>
        to the end
      </button>
      <button onClick={undo}>undo</button>
    </>
  );
}

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

async function move() {
  renderPart(<Mover />, { client });
  await press("move");
}

const shown = () => client.getQueryData<BoardState>(queryKeys.board(projectId));
const column = (status: "todo" | "in_progress" | "done") =>
  shown()?.columns[status].items.map(({ id }) => id);
/** All moves have been answered. */
const settled = () => expect.poll(() => shown()?.pending).toEqual({});
const told = () => toasts.snapshot().map(({ title }) => title);

/** What the server was asked, and its answers in turn. */
function answering(...answers: [status: number, body: JsonBodyType][]) {
  const asked: { ifMatch: string | null; body: unknown }[] = [];
  server.use(
    route.post("*/tasks/b/move", async ({ request }) => {
      asked.push({ ifMatch: request.headers.get("if-match"), body: await request.json() });
      const [status, body] = answers[asked.length - 1] ?? [500, {}];
      return HttpResponse.json(body, { status });
    }),
  );
  return asked;
}

const stale = (current: Task): [number, JsonBodyType] => [
  412,
  { title: "Stale", status: 412, code: "version_mismatch", current: { ...current } },
];

describe("a card that is moved", () => {
  it("is in its new place before the server has answered", async () => {
    let answer: () => void = () => undefined;
    server.use(
      route.post("*/tasks/b/move", async () => {
        await new Promise<void>((resolve) => (answer = resolve));
        return HttpResponse.json({ ...second, version: 5, status: "done" });
      }),
    );
    await move();
    await expect.poll(() => column("done")).toEqual(["b"]);
    answer();
    await settled();
    expect(column("done")).toEqual(["b"]);
    expect(column("todo")).toEqual(["a"]);
  });

  it("names the version and the place it depends on", async () => {
    const asked = answering([200, { ...second, version: 5, status: "done" }]);
    await move();
    await expect.poll(() => asked).toEqual([{ ifMatch: '"v4"', body: { status: "done" } }]);
  });

  it("names no neighbour at a column's end: those it is shown with may not be the last", async () => {
    const asked = answering([200, { ...second, version: 5, status: "done" }]);
    updateBoards(client, projectId, (state) => withTask(state, aTask("c", "1", { status: "done" })));
    renderPart(<Mover />, { client });
    await press("to the end");
    await expect.poll(() => asked.map(({ body }) => body)).toEqual([{ status: "done" }]);
    await settled();
  });

  it("says so when it left the board while it was held", async () => {
    updateBoards(client, projectId, (state) => withoutTask(state, second.id, 5));
    await move();
    expect(told()).toEqual(["The card was not moved"]);
  });

  it("comes back when the server fails, with a word and a way to try again", async () => {
    answering([503, { title: "Busy", status: 503, code: "unavailable", detail: "Try again." }]);
    await move();
    await expect.poll(told).toEqual(["LAU-2 was not moved"]);
    expect(column("todo")).toEqual(["a", "b"]);
    const asked = answering([200, { ...second, version: 5, status: "done" }]);
    toasts.snapshot()[0]?.action?.run();
    await expect.poll(() => asked.length).toBe(1);
    await expect.poll(() => column("done")).toEqual(["b"]);
  });

  it("moves all the same when somebody else changed its words", async () => {
    const asked = answering(stale({ ...second, version: 6, title: "New words" }), [
      200,
      { ...second, version: 7, status: "done", title: "New words" },
    ]);
    await move();
    await expect.poll(() => asked.map(({ ifMatch }) => ifMatch)).toEqual(['"v4"', '"v6"']);
    expect(told()).toEqual(["LAU-2 moved to Done"]);
  });

  it("goes where somebody else has moved it meanwhile, and says so", async () => {
    answering(stale({ ...second, version: 6, status: "in_progress" }));
    await move();
    await expect.poll(told).toEqual(["Someone else moved LAU-2 to In Progress"]);
    expect(column("in_progress")).toEqual(["b"]);
    expect(column("done")).toEqual([]);
  });
});

describe("a move that is taken back", () => {
  const inDone = { ...second, version: 5, status: "done", rank: "7" } as const;

  it("brings the card back between its neighbours, as a move on the version it has now", async () => {
    const asked = answering([200, inDone], [200, { ...second, version: 6 }]);
    await move();
    await settled();
    await press("undo");
    expect(column("todo")).toEqual(["a", "b"]);
    await settled();
    expect(asked[1]).toEqual({ ifMatch: '"v5"', body: { status: "todo", after: "a" } });
    expect(column("done")).toEqual([]);
    expect(told()).toEqual([]);
  });

  it("is offered beside the word about the move", async () => {
    const asked = answering([200, inDone], [200, { ...second, version: 6 }]);
    await move();
    await expect.poll(told).toEqual(["LAU-2 moved to Done"]);
    toasts.snapshot()[0]?.action?.run();
    await expect.poll(() => asked.length).toBe(2);
    await expect.poll(() => column("todo")).toEqual(["a", "b"]);
  });

  it("waits for the move itself, when it is not answered yet", async () => {
    let answer: () => void = () => undefined;
    const asked: (string | null)[] = [];
    server.use(
      route.post("*/tasks/b/move", async ({ request }) => {
        asked.push(request.headers.get("if-match"));
        if (asked.length === 1) await new Promise<void>((resolve) => (answer = resolve));
        return HttpResponse.json(asked.length === 1 ? inDone : { ...second, version: 6 });
      }),
    );
    await move();
    await press("undo");
    expect(column("todo")).toEqual(["a", "b"]);
    await expect.poll(() => asked.length).toBe(1);
    answer();
    await settled();
    expect(asked).toEqual(['"v4"', '"v5"']);
    expect(column("todo")).toEqual(["a", "b"]);
  });

  it("goes back through several moves of one card", async () => {
    const asked = answering(
      [200, { ...second, version: 5, rank: "0" }],
      [200, { ...inDone, version: 6 }],
      [200, { ...second, version: 7, rank: "05" }],
      [200, { ...second, version: 8, rank: "3" }],
    );
    renderPart(<Mover />, { client });
    for (const step of ["to the top", "move", "undo", "undo"]) {
      await press(step);
      await settled();
    }
    expect(asked.map(({ body }) => body)).toEqual([
      { status: "todo", before: "a" },
      { status: "done" },
      { status: "todo", before: "a" },
      { status: "todo", after: "a" },
    ]);
    expect(column("todo")).toEqual(["a", "b"]);
    await press("undo");
    expect(told()).toEqual(["There is nothing of yours to undo"]);
  });

  it("is left alone when somebody else has moved the card since", async () => {
    const asked = answering([200, inDone]);
    await move();
    await settled();
    updateBoards(client, projectId, (state) =>
      withTask(state, { ...inDone, version: 6, status: "in_progress" }),
    );
    await press("undo");
    expect(toasts.snapshot()).toMatchObject([
      { title: "The move of LAU-2 is not undone", text: "Someone has moved it since; it is in In Progress." },
    ]);
    expect(asked.length).toBe(1);
    expect(column("in_progress")).toEqual(["b"]);
  });

  it("is left alone when the task was deleted", async () => {
    const asked = answering([200, inDone]);
    await move();
    await settled();
    updateBoards(client, projectId, (state) => withoutTask(state, second.id, 6));
    await press("undo");
    expect(toasts.snapshot()).toMatchObject([{ text: "The task is deleted." }]);
    expect(asked.length).toBe(1);
  });

  it("finds a card that the board does not show any more", async () => {
    const asked = answering([200, inDone], [200, { ...second, version: 6 }]);
    server.use(route.get("*/tasks/b", () => HttpResponse.json(inDone)));
    await move();
    await settled();
    client.setQueryData(
      queryKeys.board(projectId),
      boardFrom({ project: aProject(), seq: 1, members: [], columns: [{ status: "todo", items: [first] }] }),
    );
    await press("undo");
    await expect.poll(() => column("todo")).toEqual(["a", "b"]);
    expect(asked[1]).toEqual({ ifMatch: '"v5"', body: { status: "todo", after: "a" } });
  });

  it("that failed is not there to be taken back", async () => {
    answering([503, { title: "Busy", status: 503, code: "unavailable", detail: "Try again." }]);
    await move();
    await expect.poll(told).toEqual(["LAU-2 was not moved"]);
    await press("undo");
    expect(told()).toContain("There is nothing of yours to undo");
  });
});
