// A board without a mouse: walk, lift, carry, drop, put back, shortcuts.
import assert from "node:assert/strict";
import { demo, eventually, journey, signIn } from "../lib/browser.mjs";

const focused = (page) => page.evaluate(() => document.activeElement?.textContent ?? "");
const heard = (page) => page.locator("body > [role=status]").innerText();
const order = (page, column) =>
  page.getByRole("region", { name: column, exact: true }).locator("button[data-title]").allInnerTexts();

await journey("keyboard", async ({ person }) => {
  const { page } = await person({ who: "grace" });
  await signIn(page, demo[1]);
  await page.getByRole("link", { name: "Tasting room" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-task]").first().waitFor();
  const before = await order(page, "To Do");

  await page.getByRole("button", { name: before[0], exact: true }).focus();
  await page.keyboard.press("ArrowDown");
  await eventually("down goes to the next card", () => focused(page), before[1]);
  await page.keyboard.press("ArrowUp");
  await eventually("up comes back", () => focused(page), before[0]);

  await page.keyboard.press("Space");
  await eventually("lifted", () => heard(page), /lifted.*To Do, position 1 of/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await eventually("carried", () => heard(page), /In Progress, position 2 of/);
  await eventually("the card keeps the focus in the other column", () => focused(page), before[0]);
  await page.keyboard.press("Escape");
  await eventually("put back", () => heard(page), /is back in To Do, position 1/);
  await eventually("nothing moved", () => order(page, "To Do"), before);
  await eventually("the card that was put back has the focus", () => focused(page), before[0]);

  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await eventually("dropped", () => heard(page), /moved to In Progress, position 1 of/);
  await eventually("the dropped card keeps the focus", () => focused(page), before[0]);
  await eventually("it is the first", async () => (await order(page, "In Progress"))[0], before[0]);
  await page.reload();
  await eventually("the server has it too", async () => (await order(page, "In Progress"))[0], before[0]);

  const rest = await order(page, "To Do");
  await page.getByRole("button", { name: rest[1], exact: true }).focus();
  for (const key of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(key);
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await page.keyboard.press("Control+z");
  await eventually("undone", () => heard(page), /^Undone: .* is back in To Do, position 2 of/);
  await eventually("the move is taken back", () => order(page, "To Do"), rest);
  await eventually("its card has the focus", () => focused(page), rest[1]);
  await eventually("the word about the move is gone", () => page.getByRole("button", { name: "Undo" }).count(), 0);

  await page.locator("h1").first().focus();
  await page.keyboard.press("/");
  await eventually("the search has the focus", () => page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Search the tasks");
  await page.keyboard.type("c?");
  assert.equal(await page.getByRole("dialog").count(), 0, "letters in a field are letters");
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await page.getByRole("dialog", { name: "New task" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to or do" }).waitFor();
  await page.keyboard.type("go to projects");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
});
