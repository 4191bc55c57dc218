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
  assert.equal(await focused(page), before[1], "down goes to the next card");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), before[0], "up comes back");

  await page.keyboard.press("Space");
  assert.match(await heard(page), /lifted.*To Do, position 1 of/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.match(await heard(page), /In Progress, position 2 of/);
  assert.equal(await focused(page), before[0], "the card keeps the focus in the other column");
  await page.keyboard.press("Escape");
  assert.match(await heard(page), /is back in To Do, position 1/);
  assert.deepEqual(await order(page, "To Do"), before, "nothing moved");
  assert.equal(await focused(page), before[0]);

  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  assert.match(await heard(page), /moved to In Progress, position 1 of/);
  assert.equal(await focused(page), before[0], "the dropped card keeps the focus");
  assert.equal((await order(page, "In Progress"))[0], before[0]);
  await page.reload();
  await eventually("the server has it too", async () => (await order(page, "In Progress"))[0], before[0]);

  const rest = await order(page, "To Do");
  await page.getByRole("button", { name: rest[1], exact: true }).focus();
  for (const key of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(key);
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await page.keyboard.press("Control+z");
  assert.match(await heard(page), /^Undone: .* is back in To Do, position 2 of/);
  assert.deepEqual(await order(page, "To Do"), rest, "the move is taken back");
  await eventually("its card has the focus", () => focused(page), rest[1]);
  assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0, "the word about the move is gone");

  await page.locator("h1").first().focus();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Search the tasks");
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
