import { QueryClient } from "@tanstack/react-query";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { LiveEvent } from "@/lib/api-types";
import { boardFrom, type BoardState } from "@/lib/board/board-state";
import { queryKeys } from "@/lib/query-keys";
import { aProject, projectId } from "@/test/values";
import { ProjectFeed } from "./project-feed";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

let client: QueryClient;
let feed: ProjectFeed;
let asked: string[];
const apply = vi.fn();

const event = (seq: number) =>
  ({ id: `e${seq}`, v: 1, seq, type: "task.created", projectId, at: "", data: {} }) as LiveEvent;

/** A board of sequence 10, and a server whose feed reaches up to `seq`. */
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(
    queryKeys.board(projectId),
    boardFrom({ project: aProject(), seq: 10, members: [], columns: [] }),
  );
  apply.mockReset();
  feed = new ProjectFeed(client, projectId, apply);
  asked = [];
});
afterEach(() => feed.close());

function feedUpTo(seq: number) {
  server.use(
    route.get("*/changes", ({ request }) => {
      const since = Number(new URL(request.url).searchParams.get("since"));
      asked.push(`since ${since}`);
      const events = Array.from({ length: seq - since }, (_, i) => event(since + i + 1));
      return HttpResponse.json({ events, seq, more: false });
    }),
  );
}

const seq = () => client.getQueryData<BoardState>(queryKeys.board(projectId))?.seq;

it("events in sequence are applied, and nothing is asked for", () => {
  feed.hear(event(11));
  feed.hear(event(12));
  expect(seq()).toBe(12);
  expect(apply).toHaveBeenCalledTimes(2);
});

it("a board older than the room catches up from its own sequence", async () => {
  feedUpTo(13);
  feed.joined(13);
  await expect.poll(seq).toBe(13);
  expect(asked).toEqual(["since 10"]);
  expect(apply).toHaveBeenCalledTimes(3);
});

it("a gap that stays is fetched once", async () => {
  feedUpTo(13);
  feed.hear(event(12));
  feed.hear(event(13));
  await expect.poll(seq, { timeout: 2_000 }).toBe(13);
  expect(asked).toEqual(["since 10"]);
});

it("a feed that no longer reaches back makes the board be fetched anew", async () => {
  server.use(
    route.get("*/changes", () =>
      HttpResponse.json({ title: "Gone", status: 410, code: "seq_too_old" }, { status: 410 }),
    ),
  );
  const invalidate = vi.spyOn(client, "invalidateQueries");
  feed.joined(9_000);
  await expect.poll(() => invalidate.mock.calls.length).toBe(1);
});

it("a closed feed asks for nothing", async () => {
  feedUpTo(13);
  feed.joined(13);
  feed.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toEqual([]);
});
