import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import type { Member, UserId } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { setGone, type Gone } from "@/lib/live/gone";
import { queryKeys } from "@/lib/query-keys";
import { renderPart } from "@/test/render";
import { ada, aProject, aTask, projectId, sessionWith } from "@/test/values";
import { BoardPage } from "./board-page";

const grace: Member = {
  userId: "GRACE" as UserId,
  name: "Grace",
  role: "owner",
  version: 1,
  joinedAt: "2026-01-01T00:00:00.000Z",
};

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const answerBoard = () =>
  server.use(
    route.get("*/board", () =>
      HttpResponse.json({
        project: aProject(),
        seq: 1,
        columns: [{ status: "todo", items: [aTask("Sow the basil", "a")] }],
        members: [grace],
      }),
    ),
  );

const refuseBoard = (status: number, code: string) =>
  server.use(route.get("*/board", () => HttpResponse.json({ title: "No", status, code }, { status })));

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderPart(<BoardPage project={projectId} view="board" list={() => null} tools={() => null} />, { client });
  return client;
}

async function open() {
  answerBoard();
  const client = show();
  await screen.findByRole("button", { name: "Sow the basil" });
  return { client, refetch: () => client.invalidateQueries({ queryKey: queryKeys.board(projectId) }) };
}

it.each<[string, Gone | undefined, string]>([
  ["it is not known why", undefined, "This project is gone"],
  ["Grace deleted it", { how: "deleted", by: grace.userId }, "Grace deleted this project"],
  ["somebody unknown deleted it", { how: "deleted" }, "This project was deleted"],
  ["one deleted it elsewhere", { how: "deleted", by: ada.id }, "You deleted this project"],
  ["Grace removed one", { how: "removed", by: grace.userId }, "Grace removed you from this project"],
  ["one left or was removed", { how: "removed" }, "You are no longer in this project"],
  ["one left elsewhere", { how: "removed", by: ada.id }, "You left this project"],
])("a board that goes while it is looked at says why: %s", async (_why, gone, title) => {
  const { client, refetch } = await open();
  if (gone) setGone(client, projectId, gone);
  refuseBoard(404, "not_found");
  await refetch();
  expect(await screen.findByRole("heading", { level: 1, name: title })).toBeVisible();
  expect(screen.getByRole("link", { name: "Go to your projects" })).toHaveAttribute("href", "/projects");
  expect(screen.queryByText("Sow the basil")).toBeNull();
});

it("calls tasks by the project's key, and by its new one at once", async () => {
  const { client } = await open();
  expect(screen.getByText("LAU-1")).toBeVisible();
  expect(screen.getByRole("button", { name: "Menu of LAU-1" })).toBeInTheDocument();
  updateBoards(client, projectId, (state) => ({ ...state, project: aProject({ key: "GO" }) }));
  expect(await screen.findByText("GO-1")).toBeVisible();
  expect(screen.getByRole("button", { name: "Menu of GO-1" })).toBeInTheDocument();
});

it("keeps showing the board while the server has trouble", async () => {
  const { refetch } = await open();
  refuseBoard(500, "internal");
  await refetch();
  expect(screen.getByRole("button", { name: "Sow the basil" })).toBeVisible();
});

it.each([
  [404, "not_found", "This project is not here", false],
  [403, "forbidden", "This is not open to you", false],
  [500, "internal", "The board did not load", true],
  [0, "network", "Cumin does not answer", true],
])("a board that answers %s %s has a page of its own", async (status, code, title, canRetry) => {
  if (status === 0) server.use(route.get("*/board", () => HttpResponse.error()));
  else refuseBoard(status, code);
  show();
  expect(await screen.findByRole("heading", { level: 1, name: title })).toBeVisible();
  expect(screen.getByRole("link", { name: "Go to your projects" })).toHaveAttribute("href", "/projects");
  expect(screen.queryAllByRole("button", { name: "Retry" })).toHaveLength(canRetry ? 1 : 0);
});

it("a board that was not opened before says that it cannot come offline, and comes with Retry", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  server.use(route.get("*/board", () => HttpResponse.error()));
  show();
  expect(await screen.findByRole("heading", { level: 1, name: /^You are offline/ })).toBeVisible();
  answerBoard();
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(await screen.findByRole("button", { name: "Sow the basil" })).toBeVisible();
});
