// Nothing jumps while a page comes, slowly and with its skeletons; and a page
// that was seen before is there at once, and made current behind.
import assert from "node:assert/strict";
import { base, demo, journey, signIn } from "../lib/browser.mjs";
import { delay } from "../lib/faults.mjs";

const limit = 0.02;

/** Adds up the layout shifts, as CLS does, and notes the skeletons that were shown. */
function watch() {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({ type: "layout-shift", buffered: true });
  window.skeletons = [];
  new MutationObserver(() => {
    for (const { ariaLabel } of document.querySelectorAll("[role=status][aria-label^=Loading]")) window.skeletons.push(ariaLabel);
  }).observe(document, { childList: true, subtree: true });
}

await journey("loading", async ({ person }) => {
  const { page } = await person({ who: "ada" });
  await page.addInitScript(watch);
  const shifts = {};
  const rest = async (what) => {
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    shifts[what] = Number((await page.evaluate(() => window.shifted)).toFixed(4));
  };
  for (const path of ["login", "register"]) {
    await page.goto(`${base}/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await rest(path);
  }
  await signIn(page, demo[0]);
  const board = await page.getByRole("link", { name: "Tasting room" }).getAttribute("href");

  const quick = await delay(page, /^\/(api|auth)\//, 300);
  const skeletons = new Set();
  const cards = page.locator("[data-task]").first();
  for (const [path, there] of [
    ["/projects", page.getByRole("list", { name: "Projects" })],
    [board, cards],
    [`${board}/list`, cards],
    ["/settings", page.getByRole("list", { name: "Sessions" })],
    ["/nowhere", page.getByRole("heading", { level: 1, name: "There is nothing here" })],
  ]) {
    await page.goto(base + path);
    await there.waitFor();
    await page.getByRole("button", { name: /^Notifications/ }).waitFor(); // the last of the top bar
    await rest(path.replace(board, "board"));
    for (const name of await page.evaluate(() => window.skeletons)) skeletons.add(name);
  }
  console.log("CLS with every answer 300 ms late:", shifts);
  assert.deepEqual(Object.entries(shifts).filter(([, shift]) => shift > limit), [], `CLS above ${limit}`);
  assert.ok(skeletons.has("Loading the board") && skeletons.has("Loading your projects"), "there were skeletons");
  await quick();

  await page.goto(base + board);
  await cards.waitFor();
  await page.getByRole("link", { name: "Cumin: your projects" }).click();
  const projects = page.getByRole("list", { name: "Projects" });
  await projects.waitFor();
  const answers = await delay(page, /^\/api\/v1\/projects/, 2_000);
  await page.evaluate(() => (window.skeletons = []));
  await page.getByRole("link", { name: "Tasting room" }).click();
  await cards.waitFor({ timeout: 1_500 });
  await page.goBack();
  await projects.waitFor({ timeout: 1_500 });
  assert.deepEqual(await page.evaluate(() => window.skeletons), [], "skeletons of pages that were seen before");
  await answers();
});
