// Dialogs open by keys and are typed into without a pause: no letter is taken for
// a shortcut, also while a dialog's code is still on its way. Tells how long the
// first opening takes, and a board that is loaded again.
import assert from "node:assert/strict";
import { demo, journey, signIn } from "../lib/browser.mjs";

const text = "check the export"; // c creates, e exports, x and g begin something
const dialogs = [
  { name: "palette", keys: "Control+k", field: (page) => page.getByRole("combobox", { name: "Go to or do" }) },
  { name: "new task", keys: "c", field: (page) => page.getByRole("dialog", { name: "New task" }).getByLabel("Title") },
];
const board = (page) => page.getByRole("list", { name: "To Do tasks" }).getByRole("listitem").first();

/** Loads the board again; resolves with the milliseconds until its first card is there. */
async function reload(page) {
  await page.reload();
  await board(page).waitFor();
  return page.evaluate(() => Math.round(performance.now()));
}

/** From a key to the dialog's field having the focus, in milliseconds. */
const timeOf = (page, keys) =>
  page.evaluate((keys) => {
    const start = performance.now();
    const [key, mod] = keys.split("+").reverse();
    dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: mod === "Control" }));
    return new Promise((resolve) => {
      const look = () =>
        document.activeElement?.matches("[role=dialog] input")
          ? resolve(Math.round(performance.now() - start))
          : setTimeout(look, 1);
      look();
    });
  }, keys);

await journey("opening", async ({ person }) => {
  const { page } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  await page.getByRole("link", { name: "Kitchen rebuild" }).click();
  const loads = [];
  const first = Object.fromEntries(dialogs.map(({ name }) => [name, []]));
  for (let round = 0; round < 3; round++) {
    for (const { name, keys } of dialogs) {
      loads.push(await reload(page));
      await page.waitForFunction(() => {
        const fetched = performance.getEntriesByType("resource").filter((entry) => entry.responseEnd > 0);
        return ["palette", "new-task"].every((chunk) => fetched.some((entry) => entry.name.includes(`/${chunk}`)));
      });
      first[name].push(await timeOf(page, keys));
    }
  }
  console.log(`reload to the first card: ${loads.join(" ")} ms; first opening: ${JSON.stringify(first)} ms`);

  for (const late of [0, 700]) {
    await page.route(/\/assets\/(palette|new-task)[^/]*\.js$/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, late));
      await route.continue();
    });
    for (const { name, keys, field } of dialogs) {
      await reload(page);
      await page.keyboard.press(keys);
      await page.keyboard.type(text, { delay: late / text.length / 2 });
      await field(page).waitFor();
      await page.waitForFunction((text) => document.activeElement?.value === text, text);
      assert.equal(await page.getByRole("dialog").count(), 1, `only the ${name} is open`);
      await page.evaluate(() => sessionStorage.clear()); // what was typed is kept as a draft
    }
  }
});
