// The board of a large project (CUMIN_PROJECT, of CUMIN_TASKS tasks), scrolled
// through 2,000 cards of a column: the page holds only what is in view.
import assert from "node:assert/strict";
import { base, demo, eventually, journey, signIn, tokenOf } from "../lib/browser.mjs";

const wanted = 2_000;
const tasks = Number(process.env.CUMIN_TASKS);

/** Waits until the streams have told of every task: while they do, the board is fetched over and over. */
async function settled() {
  const Authorization = `Bearer ${await tokenOf(demo[0])}`;
  const ask = async () => {
    const board = await (await fetch(`${base}/api/v1/projects/${process.env.CUMIN_PROJECT}/board?limit=1`, { headers: { Authorization } })).json();
    return { seq: board.seq, counted: Object.values(board.project.counts).reduce((a, b) => a + b) };
  };
  let before;
  const quiet = async () => {
    const now = await ask();
    const still = now.seq === before && now.counted === tasks;
    before = now.seq;
    if (!still) await new Promise((resolve) => setTimeout(resolve, 3_000));
    return still;
  };
  const began = Date.now();
  await eventually("the streams settle", quiet, true, 240_000);
  console.log(`the streams settled ${Math.round((Date.now() - began) / 1000)} s after the last task was written`);
}

await settled();
await journey("large", async ({ person }) => {
  const { page, context } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  const opened = Date.now();
  await page.goto(`${base}/projects/${process.env.CUMIN_PROJECT}`);
  await page.locator("[data-task]").first().waitFor();
  console.log(`cards after ${Date.now() - opened} ms`);

  const list = page.getByRole("list", { name: "To Do tasks" });
  const began = Date.now();
  const lastShown = () => list.evaluate((cards) => {
    cards.parentElement.scrollTop = cards.parentElement.scrollHeight;
    return Number(cards.lastElementChild?.ariaPosInSet);
  });
  while ((await lastShown()) < wanted) {
    assert.ok(Date.now() - began < 180_000, "the 2,000th card is reached by scrolling");
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  const cdp = await context.newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  console.log(`after ${wanted} cards, ${((Date.now() - began) / 1000).toFixed(1)} s of scrolling: ${nodes} elements, ${(usedSize / 1e6).toFixed(1)} MB of heap`);
  assert.ok(nodes <= 3_000, `${nodes} elements`);
  assert.ok(usedSize <= 100e6, `${usedSize} bytes of heap`);
});
