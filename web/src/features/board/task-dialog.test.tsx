import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import type { Task } from "@/lib/api-types";
import { boardFrom } from "@/lib/board/board-state";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { ada, aProject, aTask, projectId, sessionWith } from "@/test/values";
import TaskDialog from "./task-dialog";
import { editDraft, newTaskDraft } from "./task-draft";

const server = setupServer(route.get("*/comments", () => HttpResponse.json({ items: [] })));
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => sessionStorage.clear());
afterEach(() => {
  server.resetHandlers();
  for (const { key } of toasts.snapshot()) dismissToast(key);
});
afterAll(() => server.close());

const task = aTask("Sow the basil", "a");

function show(tasks: Task[]) {
  const board = boardFrom({
    project: aProject(),
    seq: 1,
    members: [],
    columns: [{ status: "todo", items: tasks }],
  });
  const did = { onClose: vi.fn(), onReopen: vi.fn(), onRecreate: vi.fn() };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderPart(<TaskDialog board={board} id={task.id} {...did} />, { client });
  return did;
}

it("leaving changes unsaved says so, and leads back to them", async () => {
  const did = show([task]);
  await userEvent.type(screen.getByLabelText("Title"), " today");
  await userEvent.keyboard("{Escape}");
  expect(did.onClose).toHaveBeenCalled();
  const [left] = toasts.snapshot();
  expect(left?.title).toMatch(/has changes you did not save$/);
  left?.action?.run();
  expect(did.onReopen).toHaveBeenCalled();
});

it("leaving a task as it was says nothing", async () => {
  const did = show([task]);
  await userEvent.type(screen.getByLabelText("Title"), "!{Backspace}");
  await userEvent.keyboard("{Escape}");
  expect(did.onClose).toHaveBeenCalled();
  expect(toasts.snapshot()).toEqual([]);
});

it("what was typed into a task that somebody deleted can become a new one", async () => {
  server.use(
    route.get("*/tasks/*", () =>
      HttpResponse.json({ title: "No", status: 404, code: "not_found" }, { status: 404 }),
    ),
  );
  editDraft(ada.id, task.id).keep({ base: task, edited: { ...task, title: "Sow basil and dill" } });
  const did = show([]);
  expect(await screen.findByRole("heading", { name: "This task is gone" })).toBeVisible();
  expect(screen.getByText("Sow basil and dill")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Retry" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Make it a new task" }));
  expect(did.onRecreate).toHaveBeenCalledWith("todo");
  expect(newTaskDraft(ada.id, projectId).read()?.title).toBe("Sow basil and dill");
  expect(editDraft(ada.id, task.id).read()).toBeUndefined();
});
