import { QueryClient } from "@tanstack/react-query";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { session } from "@/lib/api";
import type { Task, TaskId } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { withoutTask } from "@/lib/board/board-state";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId, sessionWith } from "@/test/values";
import { BoardPage } from "./board-page";
import { focusReturned } from "./focus";

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => sessionStorage.clear());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const card = (title: string) => screen.getByRole("button", { name: title });
/** Waits, as a closing dialog gives the focus back first. */
const toHaveFocus = (part: () => HTMLElement) => waitFor(() => expect(part()).toHaveFocus());

/** A board with these cards in its first column, on a server that creates and deletes. */
async function show(...titles: string[]) {
  const tasks = titles.map((title, n) => aTask(title, String(n), { number: n + 1 }));
  server.use(
    route.get("*/board", () =>
      HttpResponse.json({
        project: aProject(),
        seq: 1,
        members: [],
        columns: [{ status: "todo", items: tasks }],
      }),
    ),
    route.get("*/comments", () => HttpResponse.json({ items: [] })),
    route.post("*/tasks", async ({ request }) => {
      const { title, status } = (await request.json()) as Task;
      return HttpResponse.json(aTask(title, "z", { status }), { status: 201 });
    }),
    route.delete("*/tasks/*", () => new HttpResponse(null, { status: 204 })),
    route.get("*/tasks/*", () =>
      HttpResponse.json({ title: "No", status: 404, code: "not_found" }, { status: 404 }),
    ),
  );
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderPart(<BoardPage project={projectId} view="board" list={() => null} tools={() => null} />, { client });
  await screen.findByRole("heading", { level: 1 });
  return client;
}

async function press(name: string, inside: HTMLElement = document.body) {
  await userEvent.click(await within(inside).findByRole("button", { name }));
}

/** With the keyboard: opens the card, deletes its task and says so again. */
async function deleteTask(title: string) {
  card(title).focus();
  await userEvent.keyboard("{Enter}");
  await press("Delete", await screen.findByRole("dialog"));
  await press("Delete task");
  await expect.poll(() => document.querySelectorAll("[role=dialog], [role=alertdialog]")).toHaveLength(0);
  expect(screen.queryByRole("button", { name: title })).toBeNull();
}

it.each(["New task", "Add to Done"])("after %s the new card has the focus", async (opener) => {
  await show("Sow", "Water");
  await press(opener);
  await userEvent.type(await screen.findByLabelText("Title"), "Weed{Enter}");
  await toHaveFocus(() => card("Weed"));
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("Cancel in a new task gives the focus back to the column's button", async () => {
  await show("Sow");
  await press("Add to In Progress");
  await press("Cancel", await screen.findByRole("dialog"));
  await toHaveFocus(() => card("Add to In Progress"));
});

it("a task that is closed gives the focus back to its card", async () => {
  await show("Sow", "Water");
  await userEvent.click(card("Water"));
  await screen.findByRole("dialog");
  await userEvent.keyboard("{Escape}");
  await toHaveFocus(() => card("Water"));
});

it.each([
  ["Sow", "the next card", "Water"],
  ["Weed", "the one before the last", "Water"],
])("after %s is deleted, %s has the focus", async (gone, _where, next) => {
  await show("Sow", "Water", "Weed");
  await deleteTask(gone);
  await toHaveFocus(() => card(next));
});

it("after the only card is deleted, the page's heading has the focus", async () => {
  await show("Sow");
  await deleteTask("Sow");
  await toHaveFocus(() => screen.getByRole("heading", { level: 1 }));
});

it("a card that came back has the focus, for whoever pressed a button that is gone", async () => {
  await show("Sow", "Water");
  expect(document.body).toHaveFocus();
  focusReturned("Water" as TaskId);
  await toHaveFocus(() => card("Water"));
});

it.each([
  ["Close", "the card beside it", ["Sow", "Water"], () => card("Water")],
  ["Escape", "the card beside it", ["Sow", "Water"], () => card("Water")],
  ["Close", "the heading", ["Sow"], () => screen.getByRole("heading", { level: 1 })],
])("a task that is gone, left by %s, leaves the focus at %s", async (way, _where, titles, part) => {
  const client = await show(...titles);
  await userEvent.click(card("Sow"));
  await screen.findByLabelText("Title");
  act(() => updateBoards(client, projectId, (state) => withoutTask(state, "Sow" as TaskId, 2)));
  await screen.findByRole("heading", { name: "This task is gone" });
  const [close] = screen.getAllByRole("button", { name: "Close" }).slice(-1);
  if (way === "Escape") await userEvent.keyboard("{Escape}");
  else await userEvent.click(close ?? document.body);
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  await toHaveFocus(part);
});
