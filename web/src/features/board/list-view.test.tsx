import { QueryClient } from "@tanstack/react-query";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useLocation } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Toaster } from "@/components/toaster";
import type { Member, Project, Task, UserId } from "@/lib/api-types";
import { boardFrom } from "@/lib/board/board-state";
import { listenForShortcuts } from "@/lib/shortcuts";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId } from "@/test/values";
import ListView from "./list-view";
import { lastMade } from "./moves";

const server = setupServer();
let stop: () => void;
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  stop = listenForShortcuts();
});
afterEach(() => server.resetHandlers());
afterAll(() => {
  server.close();
  stop();
});

const bo: Member = { userId: "BO" as UserId, name: "Bo", role: "editor", version: 1, joinedAt: "" };
const stored = () =>
  ["Sow", "Water", "Weed", "Pick"].map((title, n) => aTask(title, String(n), { number: n + 1, version: 3 }));

/** What the server holds, and what it was asked. */
let tasks: Task[];
let client: QueryClient;
let listed: URLSearchParams[];
let edits: { items: { id: string; version?: number }[]; set?: object; delete?: boolean }[];

beforeEach(() => {
  for (const { key } of toasts.snapshot()) dismissToast(key);
  tasks = stored();
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  listed = [];
  edits = [];
  server.use(
    route.get("*/tasks", ({ request }) => {
      listed.push(new URL(request.url).searchParams);
      return HttpResponse.json({ items: tasks });
    }),
  );
});

type Refused = Readonly<Record<string, { status: number; code: string; detail?: string; task?: Task }>>;

/** Answers bulk edits; the tasks named are refused. */
function answerEdits(refused: Refused = {}) {
  server.use(
    route.post("*/tasks/bulk", async ({ request }) => {
      const edit = (await request.json()) as (typeof edits)[number];
      edits.push(edit);
      const items = edit.items.map(({ id }) => {
        if (refused[id]) return { id, ...refused[id] };
        if (edit.delete) {
          tasks = tasks.filter((task) => task.id !== id);
          return { id, status: 204 };
        }
        tasks = tasks.map((task) => (task.id === id ? { ...task, ...edit.set, version: 4 } : task));
        return { id, status: 200, task: tasks.find((task) => task.id === id) };
      });
      return HttpResponse.json({ items });
    }),
  );
}

const Address = () => <output data-testid="address">{useLocation().search}</output>;

async function show({
  role = "editor",
  path = "/projects/P/list",
}: { role?: Project["role"]; path?: string } = {}) {
  const board = boardFrom({ project: aProject({ role }), seq: 1, members: [bo], columns: [] });
  renderPart(
    <>
      <ListView board={board} />
      <Toaster />
      <Address />
    </>,
    { path, client },
  );
  await screen.findByRole("button", { name: "Sow" });
  return userEvent.setup();
}

const box = (name: string) => screen.getByRole("checkbox", { name: `Select ${name}` });
const selected = () =>
  screen
    .getAllByRole<HTMLInputElement>("checkbox", { name: /^Select CUM/ })
    .filter(({ checked }) => checked)
    .map((one) => one.getAttribute("aria-label")?.replace("Select ", ""));
const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));

async function choose(menu: string, item: string) {
  const bar = within(screen.getByRole("group", { name: "Selected tasks" }));
  await userEvent.click(bar.getByRole("button", { name: menu }));
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
}

describe("the order of a list", () => {
  it.each([
    ["Due", "", "dueDate", "ascending"],
    ["Due", "dueDate", "-dueDate", "descending"],
    ["Due", "-dueDate", "dueDate", "ascending"],
    ["Priority", "", "-priority", "descending"],
    ["Priority", "-priority", "priority", "ascending"],
    ["Number", "", "-createdAt", "descending"],
    ["Updated", "dueDate", "-updatedAt", "descending"],
  ])("pressing %s in a list sorted by %j sorts by %s", async (name, from, to, said) => {
    await show({ path: `/projects/P/list?priority=high&sort=${from}` });
    await press(name);
    await waitFor(() => expect(listed.at(-1)?.get("sort")).toBe(to));
    expect(listed.at(-1)?.get("priority")).toBe("high");
    expect(screen.getByRole("columnheader", { name })).toHaveAttribute("aria-sort", said);
    expect(screen.getByTestId("address")).toHaveTextContent(`sort=${to}`);
  });
});

describe("rows", () => {
  it("are walked through with the arrows and open their task", async () => {
    const user = await show();
    screen.getByRole("button", { name: "Sow" }).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(screen.getByRole("button", { name: "Weed" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(screen.getByTestId("address")).toHaveTextContent("task=Weed");
  });

  it("say how many comments a task has, and nothing of none", async () => {
    tasks = [0, 1, 1200].map((comments, n) =>
      aTask(n === 0 ? "Sow" : String(n), String(n), { comments, talkVersion: comments }),
    );
    await show();
    expect(screen.getAllByTitle(/comment/).map(({ title }) => title)).toEqual([
      "1 comment",
      "1,200 comments",
    ]);
  });

  it("cannot be selected by who may only read", async () => {
    await show({ role: "viewer" });
    expect(screen.queryByRole("checkbox")).toBeNull();
    const [header, row] = screen.getAllByRole("row");
    if (!header || !row) throw new Error("there is no row");
    expect(within(header).getAllByRole("columnheader")[0]).toHaveTextContent("Status");
    expect(within(row).getAllByRole("cell")[0]).toHaveTextContent("To Do"); // no room is left for a box
  });
});

describe("selecting", () => {
  it("x takes the row with the focus in and lets it go, and says how many", async () => {
    const user = await show();
    screen.getByRole("button", { name: "Sow" }).focus();
    await user.keyboard("x{ArrowDown}x");
    expect(selected()).toEqual(["CUM-1", "CUM-2"]);
    expect(screen.getByText("2 selected", { selector: ".sr-only" })).toBeInTheDocument();
    await user.keyboard("x");
    expect(selected()).toEqual(["CUM-1"]);
  });

  it("x works on a checkbox that has just been clicked", async () => {
    const user = await show();
    await user.click(box("CUM-2"));
    await user.keyboard("x");
    expect(selected()).toEqual([]);
  });

  it.each(["checkbox", "row"])("Shift and a click on a %s selects all between", async (where) => {
    const user = await show();
    await user.click(box("CUM-1"));
    await user.keyboard("{Shift>}");
    await user.click(where === "row" ? screen.getByRole("button", { name: "Weed" }) : box("CUM-3"));
    await user.keyboard("{/Shift}");
    expect(selected()).toEqual(["CUM-1", "CUM-2", "CUM-3"]);
    expect(screen.getByTestId("address")).not.toHaveTextContent("task=");
  });

  it("Shift and the arrows select on the way", async () => {
    const user = await show();
    screen.getByRole("button", { name: "Water" }).focus();
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(selected()).toEqual(["CUM-2", "CUM-3", "CUM-4"]);
  });

  it("Ctrl-A selects all and Escape none, and the focus stays in the list", async () => {
    const user = await show();
    screen.getByRole("button", { name: "Water" }).focus();
    await user.keyboard("{Control>}a{/Control}");
    expect(selected()).toHaveLength(4);
    await user.keyboard("{Escape}");
    expect(selected()).toEqual([]);
    expect(screen.getByRole("button", { name: "Water" })).toHaveFocus();
  });

  it("the box in the header selects all and none", async () => {
    const user = await show();
    const header = screen.getByRole("checkbox", { name: "Select all that are loaded" });
    await user.click(header);
    expect(selected()).toHaveLength(4);
    await user.click(header);
    expect(selected()).toEqual([]);
  });

  it("ends with the list it was made in", async () => {
    const user = await show();
    await user.click(box("CUM-1"));
    await press("Due");
    await waitFor(() => expect(selected()).toEqual([]));
  });
});

describe("changing many", () => {
  it.each([
    ["Status", "Done", { status: "done" }, "2 tasks moved to Done"],
    ["Assignee", "Bo", { assignee: "BO" }, "2 tasks assigned to Bo"],
    ["Assignee", "Nobody", { assignee: null }, "2 tasks assigned to nobody"],
    ["Priority", "Urgent", { priority: "urgent" }, "2 tasks set to priority Urgent"],
  ])("%s to %s is one request, whatever version is stored", async (menu, item, set, told) => {
    answerEdits();
    const user = await show();
    await user.click(box("CUM-1"));
    await user.click(box("CUM-3"));
    await choose(menu, item);
    expect(await screen.findByText(told)).toBeVisible();
    expect(edits).toEqual([{ items: [{ id: "Sow" }, { id: "Weed" }], set }]);
    expect(selected()).toEqual(["CUM-1", "CUM-3"]);
    const bar = within(screen.getByRole("group", { name: "Selected tasks" }));
    await expect.poll(() => document.activeElement).toBe(bar.getByRole("button", { name: menu }));
  });

  it("leaves the focus at the row beside those that the filter then hides", async () => {
    answerEdits();
    const user = await show({ path: "/projects/P/list?status=todo" });
    for (const name of ["CUM-1", "CUM-2"]) await user.click(box(name));
    server.use(
      route.get("*/tasks", () =>
        HttpResponse.json({ items: tasks.filter(({ status }) => status === "todo") }),
      ),
    );
    await choose("Status", "Done");
    await expect.poll(() => document.activeElement).toBe(screen.getByRole("button", { name: "Weed" }));
    expect(screen.queryByRole("group", { name: "Selected tasks" })).toBeNull();
  });

  it("can be undone for the tasks that nobody has changed since", async () => {
    answerEdits();
    const user = await show();
    await user.click(box("CUM-1"));
    await user.click(box("CUM-3"));
    await choose("Priority", "High");
    await screen.findByText("2 tasks set to priority High");
    answerEdits({ Weed: { status: 412, code: "version_mismatch" } });
    await press("Undo");
    expect(await screen.findByText("Not undone for 1 task")).toBeVisible();
    expect(screen.getByText("Undone for 1 task", { selector: ".sr-only" })).toBeInTheDocument();
    expect(edits[1]).toEqual({
      items: [{ id: "Sow", version: 4 }, { id: "Weed", version: 4 }], // prettier-ignore
      set: { priority: "none" },
    });
  });

  it("tasks that were refused are named with the reason, stay selected, and can be tried again", async () => {
    answerEdits({ Weed: { status: 422, code: "invalid_fields", detail: "Bo is no longer a member." } });
    const user = await show();
    for (const name of ["CUM-1", "CUM-3"]) await user.click(box(name));
    await choose("Assignee", "Bo");

    const dialog = within(await screen.findByRole("dialog", { name: "1 task not assigned to Bo" }));
    expect(dialog.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
      "CUM-3WeedBo is no longer a member.",
    ]);
    expect(
      screen.getByText("1 task assigned to Bo, 1 task not", { selector: ".sr-only" }),
    ).toBeInTheDocument();

    answerEdits();
    await user.click(dialog.getByRole("button", { name: "Retry this one" }));
    expect(await screen.findByText("1 task assigned to Bo")).toBeVisible();
    expect(edits.at(-1)).toEqual({ items: [{ id: "Weed" }], set: { assignee: "BO" } });
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(selected()).toEqual(["CUM-3"]);
  });

  it("a request that failed as a whole says so at its place and can be tried again", async () => {
    server.use(
      route.post("*/tasks/bulk", () =>
        HttpResponse.json(
          { title: "Busy", status: 503, code: "unavailable", detail: "Try again soon." },
          { status: 503 },
        ),
      ),
    );
    const user = await show();
    await user.click(box("CUM-1"));
    await choose("Status", "Done");
    expect(await screen.findByRole("alert")).toHaveTextContent("1 task not moved to Done. Try again soon.");
    answerEdits();
    await press("Retry");
    expect(await screen.findByText("1 task moved to Done")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("deleting many", () => {
  async function remove(...names: string[]) {
    const user = await show();
    for (const name of names) await user.click(box(name));
    await press("Delete");
    await press(`Delete ${names.length} tasks`);
  }

  it("asks first, deletes what was seen, and can be undone", async () => {
    answerEdits();
    const restored: string[] = [];
    server.use(
      route.post("*/tasks/:id/restore", ({ params }) => {
        restored.push(String(params.id));
        tasks = stored();
        return HttpResponse.json(tasks.find(({ id }) => id === params.id));
      }),
    );
    await remove("CUM-1", "CUM-2");
    expect(await screen.findByText("2 tasks deleted")).toBeVisible();
    expect(edits).toEqual([
      { items: [{ id: "Sow", version: 3 }, { id: "Water", version: 3 }], delete: true }, // prettier-ignore
    ]);
    expect(screen.queryByRole("button", { name: "Sow" })).toBeNull();
    expect(screen.queryByRole("group", { name: "Selected tasks" })).toBeNull();

    await press("Undo");
    expect(await screen.findByRole("button", { name: "Sow" })).toBeVisible();
    expect(restored).toEqual(["Sow", "Water"]);
  });

  it.each([
    [["CUM-1", "CUM-2"], "below them", "Weed"],
    [["CUM-2", "CUM-4"], "above, when the last has gone", "Weed"],
  ])("of %s leaves the focus at the row %s", async (names, _where, row) => {
    answerEdits();
    await remove(...names);
    await expect.poll(() => document.activeElement).toBe(screen.getByRole("button", { name: row }));
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("is undone by the undo of the project, once", async () => {
    answerEdits();
    const user = await show();
    await user.click(box("CUM-1"));
    await choose("Status", "Done");
    await screen.findByText("1 task moved to Done");
    const made = lastMade(client, projectId);
    if (!made || !("said" in made)) throw new Error("there is nothing to undo");
    expect(made.said).toBe("1 task moved to Done");
    act(made.undo);
    await expect.poll(() => edits.length).toBe(2);
    expect(edits[1]).toMatchObject({ set: { status: "todo" } });
    expect(screen.queryByText("1 task moved to Done")).toBeNull();
    expect(lastMade(client, projectId)).toBeUndefined();
  });

  it("takes one that is gone already for deleted, and asks again about one that was changed", async () => {
    const changed = aTask("Water", "1", { number: 2, version: 5, title: "Water twice" });
    answerEdits({
      Sow: { status: 404, code: "not_found" },
      Water: { status: 412, code: "version_mismatch", task: changed },
    });
    await remove("CUM-1", "CUM-2", "CUM-3");
    const dialog = within(await screen.findByRole("dialog", { name: "1 task not deleted" }));
    expect(dialog.getByRole("listitem")).toHaveTextContent("Water twice");
    expect(dialog.getByRole("listitem")).toHaveTextContent("Someone changed it a moment ago.");
    answerEdits();
    await userEvent.click(dialog.getByRole("button", { name: "Retry this one" }));
    await waitFor(() => expect(edits.at(-1)).toEqual({ items: [{ id: "Water", version: 5 }], delete: true }));
  });
});
