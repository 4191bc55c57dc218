import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import { queryKeys } from "@/lib/query-keys";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId, sessionWith } from "@/test/values";
import { BoardPage } from "./board-page";

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
        members: [],
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
  return () => client.invalidateQueries({ queryKey: queryKeys.board(projectId) });
}

it("takes the board away from someone who was removed while looking at it", async () => {
  const refetch = await open();
  refuseBoard(404, "not_found");
  await refetch();
  expect(await screen.findByRole("heading", { level: 1, name: "This project is not here" })).toBeVisible();
  expect(screen.queryByText("Sow the basil")).toBeNull();
});

it("keeps showing the board while the server has trouble", async () => {
  const refetch = await open();
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
