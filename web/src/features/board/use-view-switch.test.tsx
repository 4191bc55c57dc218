import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { Route, Routes } from "react-router";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { listenForShortcuts } from "@/lib/shortcuts";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId, sessionWith } from "@/test/values";
import { BoardPage } from "./board-page";
import ListView from "./list-view";

const tasks = ["Sow", "Water"].map((title, n) => aTask(title, String(n), { number: n + 1 }));
const server = setupServer();
let stop: () => void;
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
  stop = listenForShortcuts();
});
afterEach(() => server.resetHandlers());
afterAll(() => {
  server.close();
  stop();
});

/** A board of both tasks, whose list has these. */
async function show(listed = tasks) {
  server.use(
    route.get("*/board", () =>
      HttpResponse.json({
        project: aProject(),
        seq: 1,
        members: [],
        columns: [{ status: "todo", items: tasks }],
      }),
    ),
    route.get("*/projects/P/tasks", () => HttpResponse.json({ items: listed })),
  );
  const page = (view: "board" | "list") => (
    <BoardPage
      project={projectId}
      view={view}
      list={(board) => <ListView board={board} />}
      tools={() => null}
    />
  );
  renderPart(
    <Routes>
      <Route path="/projects/P" element={page("board")} />
      <Route path="/projects/P/list" element={page("list")} />
    </Routes>,
    { path: "/projects/P?sort=title", client: new QueryClient() },
  );
  await screen.findByRole("button", { name: "Water" });
}

const address = () => window.location.pathname + window.location.search;
const task = (title: string) => screen.queryByRole("button", { name: title });
const toHaveFocus = (part: () => HTMLElement | null) =>
  expect.poll(() => part() !== null && document.activeElement === part()).toBe(true);

it("v shows the other view in this one's place, where the same task has the focus", async () => {
  await show();
  const entries = window.history.length;
  task("Water")?.focus();
  await userEvent.keyboard("v");
  await screen.findByRole("table", { name: "Tasks" });
  await toHaveFocus(() => task("Water"));
  expect(address()).toBe("/projects/P/list?sort=title");
  await userEvent.keyboard("v");
  await screen.findByRole("list", { name: "To Do tasks" });
  await toHaveFocus(() => task("Water"));
  expect(address()).toBe("/projects/P?sort=title");
  expect(window.history.length).toBe(entries);
});

it("who pressed v elsewhere keeps the focus there", async () => {
  await show();
  const button = screen.getByRole("button", { name: "New task" });
  button.focus();
  await userEvent.keyboard("v");
  await screen.findByRole("table", { name: "Tasks" });
  expect(button).toHaveFocus();
});

// The last one: a card that does not come is looked for a while longer.
it("the heading has the focus where the other view does not show the task", async () => {
  await show(tasks.slice(0, 1));
  task("Water")?.focus();
  await userEvent.keyboard("v");
  await screen.findByRole("table", { name: "Tasks" });
  await toHaveFocus(() => screen.getByRole("heading", { level: 1 }));
});
