import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
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

async function open() {
  answerBoard();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderPart(<BoardPage project={projectId} view="board" list={() => null} tools={() => null} />, { client });
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
