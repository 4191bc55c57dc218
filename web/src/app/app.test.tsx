import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { forget, remember } from "@/features/board/moves";
import { session } from "@/lib/api";
import { queryClient } from "@/lib/query-client";
import { ada, aProject, aTask, projectId, sessionWith } from "@/test/values";
import { App } from "./app";

// The whole client over a made-up server, without its live connection.
vi.mock("@/lib/live/live", async (original) => ({
  ...(await original<object>()),
  startLive: () => undefined,
}));

const task = aTask("Sow the basil", "a", { priority: "high" });
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  server.use(
    route.post("*/auth/refresh", () =>
      HttpResponse.json({ title: "No", status: 401, code: "token_missing" }, { status: 401 }),
    ),
    route.post("*/auth/login", () => HttpResponse.json(sessionWith("token"))),
    route.get("*/projects", () => HttpResponse.json({ items: [aProject()] })),
    route.get("*/projects/P/board", () =>
      HttpResponse.json({
        project: aProject(),
        seq: 1,
        members: [],
        columns: [{ status: "todo", items: [task] }],
      }),
    ),
    route.get("*/projects/P/tasks", () => HttpResponse.json({ items: [task] })),
    route.get("*/comments", () => HttpResponse.json({ items: [] })),
    route.get("*/exports", () => HttpResponse.json({ items: [] })),
    route.get("*/notifications/unread-count", () => HttpResponse.json({ seq: 0, unread: 0 })),
  );
});
afterEach(() => {
  session.leave();
  queryClient.clear();
  server.resetHandlers();
});
afterAll(() => server.close());

const address = () => location.pathname + location.search;
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

function openAt(path: string) {
  history.replaceState(null, "", path);
  render(<App />);
}

async function openBoard() {
  session.signIn(sessionWith("token"));
  openAt("/projects/P");
  await screen.findByRole("button", { name: "Sow the basil" });
}

it.each([
  "/projects/P/list?priority=high&sort=title&q=ba%26sil",
  "/projects/P?task=Sow%20the%20basil",
  "/settings",
])("who signs in at %s comes back to it", async (path) => {
  server.use(
    route.get("*/auth/sessions", () => HttpResponse.json({ items: [] })),
    route.get("*/notifications/preferences", () => HttpResponse.json({ muted: [] })),
  );
  await session.start();
  openAt(path);
  await heading("Sign in");
  expect(location.pathname).toBe("/login");
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.type(screen.getByLabelText("Passphrase"), "correct horse{Enter}");
  await heading(path === "/settings" ? "Settings" : "Launch");
  expect(address()).toBe(path);
});

it("who leaves on purpose and signs in again starts at the projects", async () => {
  await openBoard();
  session.leave();
  await heading("Sign in");
  expect(address()).toBe("/login");
});

it("g p leads to the projects, whose heading has the focus", async () => {
  await openBoard();
  await userEvent.keyboard("gp");
  const projects = await heading("Projects");
  await expect.poll(() => document.activeElement).toBe(projects);
  expect(address()).toBe("/projects");
});

it("e exports the board, and the focus comes back to the card it was pressed on", async () => {
  await openBoard();
  const card = screen.getByRole("button", { name: "Sow the basil" });
  card.focus();
  await userEvent.keyboard("e");
  expect(await screen.findByRole("dialog", { name: "Export tasks" })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => document.activeElement).toBe(card);
});

it("? lists the shortcuts", async () => {
  await openBoard();
  await userEvent.keyboard("?");
  const help = within(await screen.findByRole("dialog", { name: "Keyboard shortcuts" }));
  expect(help.getByText("Export tasks")).toBeVisible();
});

it("keys typed into a field or a dialog are letters", async () => {
  await openBoard();
  await userEvent.type(screen.getByLabelText("Search the tasks"), "gpe?");
  expect(screen.getByLabelText("Search the tasks")).toHaveValue("gpe?");
  await userEvent.clear(screen.getByLabelText("Search the tasks"));
  await userEvent.click(screen.getByRole("button", { name: "New task" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New task" }));
  await userEvent.type(dialog.getByLabelText("Title"), "gpe");
  expect(dialog.getByLabelText("Title")).toHaveValue("gpe");
  dialog.getByRole("button", { name: "Cancel" }).focus();
  await userEvent.keyboard("gpe");
  expect(screen.getAllByRole("dialog")).toHaveLength(1);
  expect(location.pathname).toBe("/projects/P");
});

it("the palette tells what belongs to the page from what is everywhere", async () => {
  await openBoard();
  await userEvent.keyboard("{Control>}k{/Control}");
  const palette = within(await screen.findByRole("dialog", { name: "Go to or do" }));
  const labels = (group: string) =>
    within(palette.getByRole("group", { name: group }))
      .getAllByRole("option")
      .map(({ textContent }) => textContent);
  expect(labels("On this page")).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Create a task/),
      expect.stringMatching(/^Export tasks/),
      "Show the members",
      "Show the activity",
    ]),
  );
  expect(labels("Projects")).toEqual(["Launch"]);
  await expect
    .poll(() => labels("Anywhere"))
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Go to projects/),
        expect.stringMatching(/^Go to settings/),
        "Open the inbox",
        "Sign out",
        "Use the dark theme",
      ]),
    );
});

it("the palette offers to undo once there is something to undo", async () => {
  await openBoard();
  const offered = async () => {
    await userEvent.keyboard("{Control>}k{/Control}");
    const palette = within(await screen.findByRole("dialog", { name: "Go to or do" }));
    const found = palette.queryByRole("option", { name: /^Undo/ })?.textContent;
    await userEvent.keyboard("{Escape}");
    return found;
  };
  expect(await offered()).toBeUndefined();
  const made = { said: "2 tasks deleted", undo: () => undefined };
  act(() => remember(queryClient, projectId, made));
  expect(await offered()).toMatch(/^Undo: 2 tasks deleted/);
  act(() => forget(queryClient, projectId, made));
  expect(await offered()).toBeUndefined();
});

it("the palette opens what its words name", async () => {
  await openBoard();
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox", { name: "Go to or do" }), "invite{Enter}");
  expect(await screen.findByRole("dialog", { name: "Members" })).toBeVisible();
});

it("the palette does what words name before it searches for them", async () => {
  await openBoard();
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox", { name: "Go to or do" }), "go to projects");
  const options = () => screen.getAllByRole("option").map(({ textContent }) => textContent);
  expect(options()).toEqual([
    expect.stringMatching(/^Go to projects/),
    expect.stringMatching(/^Search all tasks/),
  ]);
  const selected = () => screen.getByRole("option", { selected: true });
  const pointedAt = () => screen.getByRole("combobox").getAttribute("aria-activedescendant");
  expect(selected()).toHaveTextContent(/^Go to projects/);
  expect(pointedAt()).toBe(selected().id);
  await userEvent.keyboard("{ArrowDown}");
  expect(selected()).toHaveTextContent(/^Search all tasks/);
  expect(pointedAt()).toBe(selected().id);
  expect(document.getElementById(selected().id)).toBe(selected());
  await userEvent.keyboard("{ArrowUp}{Enter}");
  expect(await heading("Projects")).toBeVisible();
});

it("the palette finds a task that the filters hide, opens it and keeps them", async () => {
  server.use(
    route.get("*/projects/P/board", ({ request }) => {
      const hidden = new URL(request.url).searchParams.has("label");
      const columns = [{ status: "todo", items: hidden ? [] : [task] }];
      return HttpResponse.json({ project: aProject(), seq: 1, members: [], columns });
    }),
    route.get("*/projects/P/tasks/:task", () => HttpResponse.json(task)),
  );
  session.signIn(sessionWith("token"));
  openAt("/projects/P?label=urgent");
  await heading("Launch");
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox", { name: "Go to or do" }), "basil");
  await userEvent.click(await screen.findByRole("option", { name: /Sow the basil/ }));
  expect(await screen.findByRole("textbox", { name: "Title" })).toHaveValue("Sow the basil");
  expect(address()).toBe("/projects/P?label=urgent&task=Sow+the+basil");
});

it("the palette finds a task that the board has not loaded, and leads on to the whole search", async () => {
  const deep = aTask("Dry the thyme", "z", { number: 412 });
  const asked = vi.fn();
  server.use(
    route.get("*/projects/P/board", () =>
      HttpResponse.json({
        project: aProject(),
        seq: 1,
        members: [],
        columns: [{ status: "todo", items: [task], nextCursor: "more" }],
      }),
    ),
    route.get("*/projects/P/tasks", async ({ request }) => {
      const q = new URL(request.url).searchParams.get("q");
      if (q === null) await delay("infinite"); // the column's next page
      asked(q);
      return HttpResponse.json({ items: q === "thyme" ? [deep] : [] });
    }),
  );
  await openBoard();
  await userEvent.keyboard("{Control>}k{/Control}");
  const input = await screen.findByRole("combobox", { name: "Go to or do" });
  await userEvent.type(input, "thyme");
  const found = await screen.findByRole("option", { name: /-412\s*Dry the thyme/ });
  expect(found).toHaveAttribute("aria-selected", "true");
  expect(asked.mock.calls).toEqual([["thyme"]]);

  await userEvent.clear(input);
  await userEvent.type(input, "saffron & salt{Enter}");
  expect(address()).toBe("/projects/P/list?q=saffron+%26+salt");
});

it.each([
  [true, "light"],
  [false, "dark"],
])("the palette offers the theme that the page has not: the device's is dark: %s", async (matches, other) => {
  const match = vi.spyOn(window, "matchMedia").mockReturnValue({ matches } as MediaQueryList);
  try {
    await openBoard();
    await userEvent.keyboard("{Control>}k{/Control}");
    const offered = await screen.findByRole("option", { name: /^Use the .* theme$/ });
    expect(offered).toHaveTextContent(`Use the ${other} theme`);
  } finally {
    match.mockRestore();
  }
});

it("what the palette opens gives the focus back to the card too", async () => {
  await openBoard();
  const card = screen.getByRole("button", { name: "Sow the basil" });
  card.focus();
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox", { name: "Go to or do" }), "create{Enter}");
  const dialog = await screen.findByRole("dialog", { name: "New task" });
  await expect.poll(() => dialog.contains(document.activeElement)).toBe(true);
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => document.activeElement).toBe(card);
});

it("the palette closes by the keys that open it, and offers nothing of a page that a dialog covers", async () => {
  await openBoard();
  await userEvent.keyboard("{Control>}k{/Control}");
  await screen.findByRole("option", { name: /^Create a task/ });
  await userEvent.keyboard("{Control>}k{/Control}");
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  await userEvent.keyboard("c");
  await screen.findByRole("dialog", { name: "New task" });
  await userEvent.keyboard("{Control>}k{/Control}");
  await screen.findByRole("option", { name: /^Go to projects/ });
  expect(screen.queryByRole("option", { name: /^Create a task/ })).toBeNull();
});

it("the palette gives the focus back to the card it was opened from", async () => {
  await openBoard();
  const card = screen.getByRole("button", { name: "Sow the basil" });
  card.focus();
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(await screen.findByRole("combobox", { name: "Go to or do" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => document.activeElement).toBe(card);
});
