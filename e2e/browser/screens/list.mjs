// Every screen and its states: what leads there, and what shows that it is there.
import { answerJSON, answer, changed, delay, forbidden, internal, revoked, unanswered } from "../lib/faults.mjs";

const heading = (page, name) => page.getByRole("heading", { name, level: 1 }).waitFor();
const dialog = (page, name) => page.getByRole("dialog", { name }).waitFor();
const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();
const cards = (page) => page.locator("[data-task]").first().waitFor();

/** {name, path(board) → address, before?(page) → faults, after?(page) → what is done there} */
export const signedOut = [
  { name: "sign-in", path: () => "/login", after: (page) => heading(page, "Sign in") },
  {
    name: "sign-in-refused",
    path: () => "/login",
    after: async (page) => {
      await page.getByLabel("E-mail").fill("nobody@example.com");
      await page.getByLabel("Passphrase", { exact: true }).fill("not the right one");
      await press(page, "Sign in");
      await page.getByRole("alert").getByRole("paragraph").waitFor();
    },
  },
  { name: "sign-in-invited", path: () => "/invite#sometoken", after: (page) => heading(page, "Sign in") },
  { name: "register", path: () => "/register", after: (page) => heading(page, "Create an account") },
  { name: "forgot", path: () => "/forgot", after: (page) => heading(page, "Forgot your passphrase?") },
  { name: "reset", path: () => "/reset#sometoken", after: (page) => heading(page, "Choose a new passphrase") },
  {
    name: "reset-over",
    path: () => "/reset#sometoken",
    after: async (page) => {
      await page.getByLabel("New passphrase").fill("cardamom and a new start");
      await press(page, "Set passphrase");
      await heading(page, "This link no longer works");
    },
  },
  {
    name: "register-refused",
    path: () => "/register",
    after: async (page) => {
      await press(page, "Create account");
      await page.locator("[aria-invalid=true]").first().waitFor();
    },
  },
];

export const signedIn = [
  { name: "projects", path: () => "/projects", after: (page) => page.getByRole("list", { name: "Projects" }).waitFor() },
  {
    name: "projects-loading",
    path: () => "/projects",
    before: (page) => delay(page, /^\/api\/v1\/projects$/),
    after: (page) => page.getByRole("status", { name: "Loading your projects" }).waitFor(),
  },
  {
    name: "projects-empty",
    path: () => "/projects",
    before: (page) => answerJSON(page, /\/projects$/, { items: [] }),
    after: (page) => page.getByText("Start your first project").waitFor(),
  },
  {
    name: "projects-error",
    path: () => "/projects",
    before: (page) => answer(page, /\/projects$/, internal),
    after: (page) => press(page, "Retry"),
  },
  { name: "projects-none-found", path: () => "/projects?q=zzzz", after: (page) => page.getByText("No project matches").waitFor() },
  { name: "projects-archived", path: () => "/projects?archived=true", after: (page) => page.getByRole("list", { name: "Projects" }).waitFor() },
  {
    name: "projects-none-archived",
    path: () => "/projects?archived=true",
    before: (page) => answerJSON(page, /\/projects$/, { items: [] }),
    after: (page) => page.getByText("Nothing is archived").waitFor(),
  },
  {
    name: "project-new",
    path: () => "/projects",
    after: async (page) => {
      await press(page, "New project");
      await dialog(page, "New project");
    },
  },
  {
    name: "project-menu",
    path: () => "/projects",
    after: async (page) => {
      await page.getByRole("button", { name: /^More about/ }).first().click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "project-delete",
    path: () => "/projects",
    after: async (page) => {
      await page.getByRole("button", { name: /^More about/ }).first().click();
      await page.getByRole("menuitem", { name: "Delete…" }).click();
      await page.getByRole("button", { name: "Delete project" }).waitFor();
    },
  },
  { name: "board", path: (board) => board, after: cards },
  {
    name: "board-loading",
    path: (board) => board,
    before: (page) => delay(page, /\/board$/),
    after: (page) => page.getByRole("status", { name: "Loading the board" }).waitFor(),
  },
  {
    name: "board-error",
    path: (board) => board,
    before: (page) => answer(page, /\/board$/, internal),
    after: (page) => heading(page, "The board did not load"),
  },
  {
    name: "board-forbidden",
    path: (board) => board,
    before: (page) => answer(page, /\/board$/, forbidden),
    after: (page) => heading(page, "This is not open to you"),
  },
  {
    name: "board-no-answer",
    path: (board) => board,
    before: (page) => unanswered(page, /\/board$/),
    after: (page) => heading(page, "Cumin does not answer"),
  },
  {
    name: "board-empty",
    path: (board) => board,
    before: (page) => changed(page, /\/board$/, (board) => ({ ...board, columns: board.columns.map(({ status }) => ({ status, items: [] })) })),
    after: (page) => page.getByText("What you finish gathers here.").waitFor({ state: "attached" }),
  },
  {
    name: "board-lifted",
    path: (board) => board,
    after: async (page) => {
      await cards(page);
      await page.locator("button[data-title]").first().press("Space");
      await page.locator("[data-lifted]").waitFor();
    },
  },
  { name: "board-missing", path: () => "/projects/01J00000000000000000000000", after: (page) => heading(page, "This project is not here") },
  { name: "board-none-match", path: (board) => `${board}?q=zzzz`, after: (page) => page.getByText("No task matches").waitFor() },
  {
    name: "board-offline",
    path: (board) => board,
    after: async (page) => {
      await cards(page);
      await page.context().setOffline(true);
      await page.getByText("You are offline.").waitFor();
    },
  },
  {
    name: "board-session-ended",
    path: (board) => board,
    after: async (page) => {
      await cards(page);
      await answer(page, /\/activity$/, revoked);
      await press(page, "Activity");
      await dialog(page, "Sign in again");
    },
  },
  {
    name: "board-card-menu",
    path: (board) => board,
    after: async (page) => {
      await cards(page);
      await page.getByRole("button", { name: /^Menu of [A-Z][A-Z0-9]+-\d+$/ }).first().click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "task-new",
    path: (board) => board,
    after: async (page) => {
      await press(page, "New task");
      await dialog(page, "New task");
    },
  },
  {
    name: "task",
    path: (board) => board,
    after: async (page) => {
      await page.locator("button[data-title]").first().click();
      await page.getByRole("tab", { name: "Comments" }).waitFor();
      await page.getByRole("status", { name: "Loading the comments" }).waitFor({ state: "detached" });
    },
  },
  {
    name: "task-mention",
    path: (board) => board,
    after: async (page) => {
      await page.locator("button[data-title]").first().click();
      await page.getByRole("textbox", { name: "Comment" }).pressSequentially("Ask @");
      await page.getByRole("listbox", { name: "People" }).waitFor();
    },
  },
  {
    name: "task-history",
    path: (board) => board,
    after: async (page) => {
      await page.locator("button[data-title]").first().click();
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByRole("list", { name: "History" }).waitFor();
    },
  },
  {
    name: "members",
    path: (board) => board,
    after: async (page) => {
      await page.getByRole("button", { name: /^Members/ }).click();
      await dialog(page, "Members");
    },
  },
  {
    name: "activity",
    path: (board) => board,
    after: async (page) => {
      await press(page, "Activity");
      await page.getByRole("dialog").getByRole("listitem").first().waitFor();
    },
  },
  {
    name: "export",
    path: (board) => board,
    after: async (page) => {
      await press(page, "Export");
      await dialog(page, "Export tasks");
    },
  },
  {
    name: "palette",
    path: (board) => board,
    after: async (page) => {
      await cards(page);
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "shortcuts",
    path: (board) => board,
    after: async (page) => {
      await cards(page);
      await page.keyboard.press("?");
      await dialog(page, "Keyboard shortcuts");
    },
  },
  { name: "list", path: (board) => `${board}/list`, after: cards },
  {
    name: "list-error",
    path: (board) => `${board}/list`,
    before: (page) => answer(page, /\/tasks$/, internal),
    after: (page) => page.getByText("The tasks did not load").waitFor(),
  },
  { name: "list-none-match", path: (board) => `${board}/list?priority=urgent&q=zzzz`, after: (page) => page.getByText("No task matches").waitFor() },
  {
    name: "inbox",
    path: () => "/projects",
    after: async (page) => {
      await page.getByRole("button", { name: /^Notifications/ }).click();
      await page.getByRole("list", { name: "Notifications" }).waitFor();
    },
  },
  {
    name: "inbox-empty",
    path: () => "/projects",
    before: (page) => answerJSON(page, /\/notifications$/, { items: [], unread: 0, seq: 0 }),
    after: async (page) => {
      await page.getByRole("button", { name: /^Notifications/ }).click();
      await page.getByText("All quiet").waitFor();
    },
  },
  {
    name: "inbox-error",
    path: () => "/projects",
    before: (page) => answer(page, /\/notifications$/, internal),
    after: async (page) => {
      await page.getByRole("button", { name: /^Notifications/ }).click();
      await page.getByText("Your inbox did not load").waitFor();
    },
  },
  {
    name: "exports-empty",
    path: () => "/projects",
    before: (page) => answerJSON(page, /\/exports$/, { items: [] }),
    after: async (page) => {
      await page.getByRole("button", { name: /^Exports/ }).click();
      await page.getByText("No exports yet").waitFor();
    },
  },
  {
    name: "account-menu",
    path: () => "/projects",
    after: async (page) => {
      await press(page, "Account");
      await page.getByRole("menu").waitFor();
    },
  },
  { name: "settings", path: () => "/settings", after: (page) => page.getByRole("list", { name: "Sessions" }).waitFor() },
  {
    name: "settings-error",
    path: () => "/settings",
    before: (page) => answer(page, /\/preferences$/, internal),
    after: (page) => page.getByText("Your preferences did not load").waitFor(),
  },
  { name: "invite-incomplete", path: () => "/invite", after: (page) => heading(page, "This is not an invitation") },
  { name: "not-found", path: () => "/nowhere", after: (page) => heading(page, "There is nothing here") },
];
