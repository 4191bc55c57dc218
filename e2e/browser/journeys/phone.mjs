// Cumin on a phone: no page scrolls sideways, not even on the narrowest; the
// columns snap; cards move by their menu; each field asks for its keyboard.
import { base, columnCount, demo, eventually, journey, signIn } from "../lib/browser.mjs";

const widths = [320, 375];

/** Shows that nothing is wider than the screen, or than the dialog or menu it is in, whatever was just opened. */
async function fits(page, what) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 700 });
    await eventually(`${what} at ${width} px`, () => page.evaluate(() => document.documentElement.scrollWidth), width);
    const opened = page.locator("[role=dialog], [role=alertdialog], [role=menu]");
    const over = () => opened.evaluateAll((boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth).filter((by) => by > 0));
    await eventually(`${what} at ${width} px: more than there is room for`, over, []);
  }
}

/** A project whose name and description are one word each, longer than any screen. */
async function longWords(page) {
  const name = "Rindfleischetikettierung".repeat(4);
  const dialog = page.getByRole("dialog");
  await page.goto(`${base}/projects`);
  await page.getByRole("button", { name: "New project" }).first().tap();
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Description").fill(name.repeat(3));
  await dialog.getByRole("button", { name: "Create project" }).tap();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await fits(page, "a board with a long name");
  await page.getByRole("button", { name: /^Members/ }).tap();
  await dialog.getByLabel("E-mail").waitFor();
  await fits(page, "the members of a project with a long name");
  await page.goto(`${base}/projects`);
  const card = page.getByRole("listitem").filter({ hasText: name });
  await card.waitFor();
  await fits(page, "projects with long names");
  await card.getByRole("button", { name: /^More about/ }).tap();
  await page.getByRole("menuitem", { name: "Delete…" }).tap();
  await page.getByLabel("Type the project's name").fill(name);
  await fits(page, "deleting a project with a long name");
  await page.getByRole("button", { name: "Delete project" }).tap();
  await card.waitFor({ state: "detached" });
}

/** What the fields in view ask a phone's keyboard for. */
const keyboards = (page) =>
  page.locator("input:visible").evaluateAll((fields) => fields.map((field) => [field.type, field.autocomplete || field.enterKeyHint]));

await journey("phone", async ({ person }) => {
  const { page } = await person({ who: "ada", width: 375, height: 700, touch: true });
  await page.goto(`${base}/register`);
  await page.getByRole("heading", { name: "Create an account", level: 1 }).waitFor();
  await fits(page, "register");
  await eventually("who registers", () => keyboards(page), [["text", "name"], ["email", "username"], ["password", "new-password"]]);
  await page.goto(`${base}/login`);
  await page.getByLabel("E-mail").waitFor();
  await fits(page, "sign in");
  await eventually("who signs in", () => keyboards(page), [["email", "username"], ["password", "current-password"]]);

  await signIn(page, demo[0]);
  await page.getByRole("list", { name: "Projects" }).waitFor();
  await fits(page, "projects");
  await eventually("who searches", () => keyboards(page), [["search", "search"]]);
  for (const [at, there] of [
    ["/settings", page.getByRole("list", { name: "Sessions" })],
    ["/invite", page.getByRole("heading", { level: 1, name: "This is not an invitation" })],
    ["/nowhere", page.getByRole("heading", { level: 1, name: "There is nothing here" })],
  ]) {
    await page.goto(base + at);
    await there.waitFor();
    await fits(page, at);
  }

  await longWords(page);

  await page.goto(`${base}/projects`);
  await page.getByRole("link", { name: "Web shop" }).tap();
  await page.locator("[data-task]").first().waitFor();
  await fits(page, "board");
  await page.getByRole("button", { name: "New task" }).first().tap();
  await page.getByRole("dialog").getByLabel("Title").waitFor();
  await fits(page, "new task");
  await eventually("a date is picked, not typed", async () => (await keyboards(page)).some(([type]) => type === "date"), true);
  await page.getByRole("button", { name: "Cancel" }).tap();

  // A column is let go of half way: it comes to rest at an edge.
  const columns = page.getByRole("region", { name: "To Do", exact: true }).locator("..");
  const edges = () => columns.evaluate((row) => [...row.children].map((column) => Math.round(column.getBoundingClientRect().left)));
  const [first] = await edges();
  await columns.evaluate((row) => row.scrollBy(row.firstElementChild.clientWidth * 0.7, 0));
  await eventually("the second column rests where the first did", async () => (await edges())[1], first);

  const todo = await columnCount(page, "To Do");
  const done = await columnCount(page, "Done");
  const menu = page.getByRole("region", { name: "To Do", exact: true }).getByRole("button", { name: /^Menu of [A-Z][A-Z0-9]+-\d+$/ }).first();
  await menu.tap();
  await fits(page, "the card's menu");
  await page.getByRole("menuitem", { name: "Done" }).tap();
  await eventually("the counts follow", async () => [await columnCount(page, "To Do"), await columnCount(page, "Done")], [todo - 1, done + 1]);
  await page.getByRole("link", { name: /^List/ }).tap();
  await page.locator("[data-task]").first().waitFor();
  await fits(page, "list");
});
