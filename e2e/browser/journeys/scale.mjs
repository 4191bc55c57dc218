// A board of 2,000 cards in one column, scrolled to its end: the page holds
// only what is in view. The tasks are made up between page and nginx; what is
// looked at is the client.
import assert from "node:assert/strict";
import { demo, journey, signIn } from "../lib/browser.mjs";

const total = 2_000;
const page50 = 50;

const task = (project, n) => ({
  id: `01J${String(n).padStart(23, "0")}`, projectId: project, number: n, title: `Task number ${n}`, description: "",
  status: "todo", priority: "medium", assignee: null, due: "2030-01-31", labels: ["one", "two"], rank: String(n).padStart(6, "0"),
  version: 1, createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-01-01T00:00:00.000Z", createdBy: project, updatedBy: project,
});
const pageFrom = (project, from) => ({
  items: Array.from({ length: page50 }, (_, i) => task(project, from + i)),
  ...(from + page50 < total && { nextCursor: String(from + page50) }),
});

await journey("scale", async ({ person }) => {
  const { page, context } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  await page.route(/\/api\/v1\/projects\/\w+\/board/, async (route) => {
    const board = await (await route.fetch()).json();
    board.columns = [{ status: "todo", ...pageFrom(board.project.id, 0) }];
    await route.fulfill({ json: board });
  });
  await page.route(/\/api\/v1\/projects\/\w+\/tasks\?/, (route) => {
    const url = new URL(route.request().url());
    return route.fulfill({ json: pageFrom(url.pathname.split("/")[4], Number(url.searchParams.get("cursor"))) });
  });
  await page.getByRole("link", { name: "Kitchen rebuild" }).click();
  const first = page.getByRole("button", { name: "Task number 0", exact: true });
  await first.waitFor();

  const last = page.getByRole("button", { name: `Task number ${total - 1}`, exact: true });
  const scroller = page.getByRole("list", { name: "To Do tasks" }).locator("..");
  const deadline = Date.now() + 90_000;
  while ((await last.count()) === 0) {
    assert.ok(Date.now() < deadline, "the end is reached by scrolling");
    await scroller.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  const cdp = await context.newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  console.log(`after ${total} cards: ${nodes} elements, ${(usedSize / 1e6).toFixed(1)} MB of heap`);
  assert.ok(nodes <= 3_000, `${nodes} elements`);
  assert.ok(usedSize <= 100e6, `${usedSize} bytes of heap`);
  const early = page.getByRole("button", { name: "Task number 9", exact: true });
  assert.equal(await early.count(), 0, "what is out of view is out of the page");
});
