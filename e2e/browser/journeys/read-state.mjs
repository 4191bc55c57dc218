// What is read in one tab is read in the others, and on one's other devices:
// the badge follows within a second.
import assert from "node:assert/strict";
import { demo, eventually, journey, signIn } from "../lib/browser.mjs";

const marks = 5;
const limit = 1_000;

const bell = (page) => page.getByRole("button", { name: /^Notifications/ });
const unread = async (page) => Number(/\d+/.exec(await bell(page).getAttribute("aria-label")) ?? 0);

/** Notes when the badge changed, on the machine's clock. */
const watchBadge = (page) =>
  bell(page).evaluate((button) => {
    window.changes = [];
    new MutationObserver(() => window.changes.push(Date.now())).observe(button, { attributeFilter: ["aria-label"] });
  });
const lastChange = (page) => page.evaluate(() => window.changes.at(-1));
const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

await journey("read-state", async ({ person }) => {
  const { page, context } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  const tab = await context.newPage();
  await tab.goto(page.url());
  const device = (await person({ who: "ada's other device" })).page;
  await signIn(device, demo[0]);
  const all = [page, tab, device];
  await eventually("there is enough to read, and all agree", async () => {
    const [n, ...others] = await Promise.all(all.map(unread));
    return n > marks && others.every((other) => other === n);
  }, true);
  for (const each of all) await each.getByRole("status", { name: "Connection" }).getByText("Live", { exact: true }).waitFor({ state: "attached" });
  for (const each of [tab, device]) await watchBadge(each);

  await bell(page).click();
  await page.evaluate(() => addEventListener("click", () => (window.clicked = Date.now()), true));
  const lags = { tab: [], device: [] };
  let left = await unread(page);
  for (let mark = 1; mark <= marks; mark++) {
    await page.getByRole("button", { name: "Mark as read" }).first().click();
    left--;
    await eventually("every badge follows", () => Promise.all(all.map(unread)), [left, left, left]);
    const clicked = await page.evaluate(() => window.clicked);
    lags.tab.push((await lastChange(tab)) - clicked);
    lags.device.push((await lastChange(device)) - clicked);
  }
  console.log(`badges followed the click after, in ms: ${lags.tab.join(" ")} in another tab, ${lags.device.join(" ")} on another device`);
  assert.ok(middle(lags.tab) <= limit && middle(lags.device) <= limit, "within a second");

  await page.getByRole("button", { name: "Mark all as read" }).click();
  await eventually("nothing is unread anywhere", () => Promise.all(all.map(unread)), [0, 0, 0]);
  await page.reload();
  await bell(page).waitFor();
  await eventually("nor on a page that is loaded afresh", () => unread(page), 0);
});
