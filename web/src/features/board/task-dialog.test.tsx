import { QueryClient } from "@tanstack/react-query";
import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useState } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import type { Task, UserId } from "@/lib/api-types";
import { boardFrom } from "@/lib/board/board-state";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { ada, aProject, aTask, projectId, sessionWith } from "@/test/values";
import TaskDialog from "./task-dialog";
import { commentDraft, editDraft, newTaskDraft } from "./task-draft";

const server = setupServer(route.get("*/comments", () => HttpResponse.json({ items: [] })));
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => {
  sessionStorage.clear();
  // Not after each: a dialog that a test leaves open tells what was not saved in it.
  for (const { key } of toasts.snapshot()) dismissToast(key);
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const task = aTask("Sow the basil", "a");

const boardOf = (tasks: Task[], project = aProject()) =>
  boardFrom({ project, seq: 1, members: [], columns: [{ status: "todo", items: tasks }] });

/** By the browser's Back, which asks nobody. */
let leave: () => void;

function show(tasks: Task[], path = "/", project = aProject()) {
  const board = boardOf(tasks, project);
  const did = { onClose: vi.fn(), onReopen: vi.fn(), onRecreate: vi.fn() };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  function Page() {
    const [open, setOpen] = useState(true);
    did.onClose.mockImplementation(() => setOpen(false));
    leave = () => setOpen(false);
    return open && <TaskDialog board={board} id={task.id} {...did} />;
  }
  renderPart(<Page />, { client, path });
  return did;
}

it.each([
  ["Escape", () => userEvent.keyboard("{Escape}")],
  [
    "Back",
    () => {
      act(leave);
      return Promise.resolve();
    },
  ],
])("leaving changes unsaved by %s says so, and leads back to them", async (_way, goAway) => {
  const did = show([task]);
  await userEvent.type(screen.getByLabelText("Title"), " today");
  await goAway();
  expect(screen.queryByRole("dialog")).toBeNull();
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

const deleteElsewhere = () =>
  server.use(
    route.get("*/tasks/*", () =>
      HttpResponse.json({ title: "No", status: 404, code: "not_found" }, { status: 404 }),
    ),
  );

it("what was typed into a task that somebody deleted can become a new one", async () => {
  deleteElsewhere();
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

it("a comment on a task that somebody deleted is shown until it is let go", async () => {
  deleteElsewhere();
  commentDraft(ada.id, task.id).keep("Not before May");
  const did = show([]);
  expect(await screen.findByRole("region", { name: "Not sent" })).toHaveTextContent("Not before May");
  await userEvent.click(screen.getByRole("button", { name: "Let it go" }));
  expect(did.onClose).toHaveBeenCalled();
  expect(commentDraft(ada.id, task.id).read()).toBeUndefined();
});

describe("saving a task", () => {
  /** What the server does with the task, which stands there as `stored`; with each write comes a version. */
  function serve(stored: Task) {
    const written: unknown[] = [];
    const write = async ({ request }: { request: Request }) => {
      if (request.headers.get("if-match") !== `"v${stored.version}"`) {
        const problem = { title: "No", status: 412, code: "version_mismatch", current: stored };
        return HttpResponse.json(problem, { status: 412 });
      }
      const change = (await request.json()) as Partial<Task>;
      written.push(change);
      stored = { ...stored, ...change, version: stored.version + 1 };
      return HttpResponse.json(stored);
    };
    server.use(route.patch("*/tasks/*", write), route.post("*/tasks/*/move", write));
    return written;
  }
  const choose = (status: string) => userEvent.selectOptions(screen.getByLabelText("Status"), status);
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));

  it("moves it all the same when somebody wrote something else meanwhile", async () => {
    const written = serve({ ...task, title: "Sow the dill", version: 2 });
    const did = show([task]);
    await choose("Done");
    await save();
    await expect.poll(() => did.onClose.mock.calls.length).toBe(1);
    expect(written).toEqual([{ status: "done" }]);
  });

  it("tells of it when the page's filters hide it now, with the way back to it", async () => {
    serve(task);
    const did = show([task], "/?q=basil");
    await userEvent.clear(screen.getByLabelText("Title"));
    await userEvent.type(screen.getByLabelText("Title"), "Sow the dill");
    await save();
    await expect.poll(() => did.onClose.mock.calls.length).toBe(1);
    const [told] = toasts.snapshot();
    expect([told?.title, told?.text]).toEqual(["CUM-1 is saved", "The filters hide it."]);
    told?.action?.run();
    expect(did.onReopen).toHaveBeenCalledOnce();
  });

  it("does not move it to where somebody else moved it too", async () => {
    const written = serve({ ...task, status: "done", version: 2 });
    const did = show([task]);
    await choose("Done");
    await save();
    await expect.poll(() => did.onClose.mock.calls.length).toBe(1);
    expect(written).toEqual([]);
  });

  it("asks where it belongs when somebody moved it elsewhere, before anything is written", async () => {
    const written = serve({ ...task, status: "in_progress", version: 2 });
    const did = show([task]);
    await userEvent.type(screen.getByLabelText("Title"), "!");
    await choose("Done");
    await save();
    const mine = await screen.findByRole("radio", { name: "Status: yours" });
    expect(screen.getByRole("group", { name: "Status" })).toHaveTextContent(/Done.*In Progress/);
    expect(written).toEqual([]);
    await userEvent.click(mine);
    await userEvent.click(screen.getByRole("button", { name: "Save these" }));
    await expect.poll(() => did.onClose.mock.calls.length).toBe(1);
    expect(written).toEqual([{ title: "Sow the basil!" }, { status: "done" }]);
  });

  it("keeps what only somebody else wrote when saving the choice fails at first", async () => {
    const written = serve({ ...task, title: "Sow the dill", priority: "high", version: 2 });
    const did = show([task]);
    await userEvent.type(screen.getByLabelText("Title"), "!");
    await save();
    await userEvent.click(await screen.findByRole("radio", { name: "Title: yours" }));
    server.use(route.patch("*/tasks/*", () => HttpResponse.error(), { once: true }));
    await userEvent.click(screen.getByRole("button", { name: "Save these" }));
    expect(await screen.findByLabelText("Priority")).toHaveValue("high");
    await screen.findByRole("button", { name: "Save" });
    await save();
    await expect.poll(() => did.onClose.mock.calls.length).toBe(1);
    expect(written).toEqual([{ title: "Sow the basil!" }]);
  });
});

it("one goes on typing in a task that leaves what the board shows", async () => {
  server.use(route.get("*/tasks/:id", () => HttpResponse.json({ ...task, priority: "low", version: 2 })));
  const ignore = vi.fn();
  function Leaving() {
    const [tasks, setTasks] = useState([task]);
    return (
      <>
        <TaskDialog
          board={boardOf(tasks)}
          id={task.id}
          onClose={ignore}
          onReopen={ignore}
          onRecreate={ignore}
        />
        <button onClick={() => setTasks([])}>It no longer matches the filter</button>
      </>
    );
  }
  renderPart(<Leaving />);
  const title = screen.getByLabelText("Title");
  await userEvent.type(title, ", then");
  fireEvent.click(screen.getByText("It no longer matches the filter"));
  await userEvent.keyboard(" water");
  expect(title).toBeInTheDocument();
  expect(title).toHaveFocus();
  expect(title).toHaveValue("Sow the basil, then water");
});

it("an open task follows what others change, but for what is being changed here", async () => {
  const theirs: Task = { ...task, title: "Sow the dill", status: "in_progress", version: 2 };
  function Followed() {
    const [now, setNow] = useState(task);
    return (
      <>
        <TaskDialog
          board={boardOf([now])}
          id={task.id}
          onClose={vi.fn()}
          onReopen={vi.fn()}
          onRecreate={vi.fn()}
        />
        <button onClick={() => setNow(theirs)}>Somebody saves</button>
      </>
    );
  }
  renderPart(<Followed />);
  await userEvent.type(screen.getByLabelText("Title"), " now");
  fireEvent.click(screen.getByText("Somebody saves"));
  expect(screen.getByLabelText("Title")).toHaveValue("Sow the basil now");
  expect(screen.getByLabelText("Status")).toHaveValue("in_progress");
  expect(screen.getByText("Changed elsewhere too: Title. Saving asks what to keep.")).toBeVisible();
  expect(editDraft(ada.id, task.id).read()?.edited).toMatchObject({ title: "Sow the basil now" });

  const title = screen.getByLabelText("Title");
  await userEvent.clear(title);
  await userEvent.type(title, theirs.title);
  expect(screen.queryByText(/Changed elsewhere/)).toBeNull();
});

it.each([
  ["a viewer", aProject({ role: "viewer" })],
  ["everybody once the project is archived", aProject({ archived: true })],
])("%s reads the task as it is, whatever they had begun to change", async (_who, project) => {
  editDraft(ada.id, task.id).keep({ base: task, edited: { ...task, title: "Sow basil and dill" } });
  const did = show([{ ...task, labels: ["herbs"], assignee: "GONE" as UserId }], "/", project);
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.getByRole("heading", { name: "Sow the basil" })).toBeVisible();
  for (const words of ["To Do", "A former member", "No priority", "herbs", "No description."]) {
    expect(dialog.getByText(words)).toBeVisible();
  }
  for (const control of ["textbox", "combobox"]) expect(dialog.queryByRole(control)).toBeNull();
  await userEvent.keyboard("{Escape}");
  expect(did.onClose).toHaveBeenCalled();
  expect(toasts.snapshot()).toEqual([]);
});

it("a task of somebody who has left says so, and can be given to nobody", async () => {
  let sent: unknown;
  server.use(
    route.patch("*/tasks/:id", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...task, assignee: null, version: 2 });
    }),
  );
  show([{ ...task, assignee: "GONE" as UserId }]);
  const field = screen.getByLabelText("Assignee");
  expect(field).toHaveDisplayValue("A former member");
  await userEvent.selectOptions(field, "Nobody");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await expect.poll(() => sent).toEqual({ assignee: null });
});

it("a label that is too long stays as it was typed, and is said to be", async () => {
  show([task]);
  const field = screen.getByRole("textbox", { name: /^Labels/ });
  const long = "x".repeat(41);
  await userEvent.click(field);
  await userEvent.paste(`${"ü".repeat(40)}, ${long}`);
  await userEvent.keyboard("{Enter}");
  expect(screen.getByRole("button", { name: `Remove label ${"ü".repeat(40)}` })).toBeVisible();
  expect(field).toHaveValue(long);
  expect(field).toHaveAccessibleDescription("A label has at most 40 characters.");
  await userEvent.keyboard("{Backspace}{Enter}");
  expect(screen.getByRole("button", { name: `Remove label ${long.slice(1)}` })).toBeVisible();
  expect(field).not.toBeInvalid();
});

it("at ten labels the field keeps the focus, and what there is no room for", async () => {
  show([task]);
  const field = screen.getByRole("textbox", { name: /^Labels/ });
  await userEvent.type(field, "a,b,c,d,e,f,g,h,i,");
  await userEvent.click(field);
  await userEvent.paste("j, k");
  await userEvent.keyboard("{Enter}");
  expect(field).toHaveFocus();
  expect(field).toHaveValue("k");
  expect(field).toHaveAccessibleDescription(/^10 are the most/);
  await userEvent.click(screen.getByRole("button", { name: "Remove label a" }));
  await userEvent.type(field, "{Enter}");
  expect(screen.getByRole("button", { name: "Remove label k" })).toBeVisible();
});
