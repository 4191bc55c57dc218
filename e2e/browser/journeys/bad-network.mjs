// Two seconds of latency, a server that fails, no network at all, and a tab that
// is closed too early: a card moves at once, comes back with a way to retry, and
// is never there twice or not at all.
import assert from "node:assert/strict";
import { columnCount, demo, drag, eventually, journey, signIn } from "../lib/browser.mjs";
import { answer, delay, internal } from "../lib/faults.mjs";

const column = (page, name) => page.getByRole("region", { name, exact: true });
const everywhere = (page, title) => page.getByRole("button", { name: title, exact: true }).count();
const card = (page, title) =>
  page.getByRole("listitem").filter({ has: page.getByRole("button", { name: title, exact: true }) });

await journey("bad-network", async ({ person }) => {
  const { page, context } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  await page.getByRole("link", { name: "Spice route" }).click();
  await page.locator("[data-task]").first().waitFor();
  const [first, second] = await column(page, "To Do").locator("button[data-title]").allInnerTexts();

  const quick = await delay(page, /\/move$/, 2_000);
  await page.evaluate(() => {
    // When the dropped card is painted in its new column, on the page's own clock.
    addEventListener("drop", () => {
      const at = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => (window.painted = performance.now() - at)));
    }, true);
  });
  await drag(page, card(page, first), "In Progress");
  await column(page, "In Progress").getByRole("button", { name: first, exact: true }).waitFor({ timeout: 1_000 });
  assert.equal(await everywhere(page, first), 1, "one copy while the server is asked");
  console.log(`painted ${Math.round(await page.evaluate(() => window.painted))} ms after the drop, with 2 s of latency`);
  await eventually("the counts follow", () => everywhere(page, first), 1);
  await quick();

  const restore = await answer(page, /\/move$/, internal, "POST");
  await drag(page, card(page, second), "Done");
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByText(/was not moved/).waitFor();
  await column(page, "To Do").getByRole("button", { name: second, exact: true }).waitFor();
  assert.equal(await everywhere(page, second), 1, "one copy after the failure");
  await restore();
  await messages.getByRole("button", { name: "Retry" }).click();
  await column(page, "Done").getByRole("button", { name: second, exact: true }).waitFor();
  assert.equal(await everywhere(page, second), 1, "one copy after the retry");

  const count = Number(await column(page, "To Do").getByRole("listitem").first().getAttribute("aria-setsize"));
  await eventually("the counts follow", () => columnCount(page, "To Do"), count);
  await context.setOffline(true);
  await page.getByText("You are offline.").waitFor({ timeout: 2_000 });
  const add = page.getByRole("button", { name: "New task" });
  await eventually("writing is disabled", () => add.getAttribute("aria-disabled"), "true");
  await eventually("and says why", async () => (await add.getAttribute("title")) ?? "", /offline/i);
  assert.ok((await page.locator("[data-task]").count()) > 0, "reading goes on");
  await context.setOffline(false);
  await page.getByText("You are offline.").waitFor({ state: "detached", timeout: 2_000 });

  // The network goes while a card is held: it is let go of where it was, and its person is told.
  const held = await column(page, "To Do").locator("button[data-title]").first().innerText();
  await drag(page, card(page, held), "Done", async () => {
    await context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
  });
  await messages.getByText("The card was not moved").waitFor();
  await context.setOffline(false);
  await column(page, "To Do").getByRole("button", { name: held, exact: true }).waitFor();
  const opacity = () => card(page, held).locator("[data-task]").evaluate((it) => getComputedStyle(it).opacity);
  await eventually("it does not look held", opacity, "1");
  await page.getByText("Live", { exact: true }).first().waitFor({ state: "attached" });
  await eventually("no card less", () => columnCount(page, "To Do"), count);

  // The tab is closed while the move is on its way (whether it still arrives is
  // the browser's affair), and when it has arrived and the answer has not.
  const address = page.url();
  let tab = page;
  for (const arrives of [false, true]) {
    const title = await column(tab, "To Do").locator("button[data-title]").first().innerText();
    const cards = await total(tab);
    let sent;
    const sending = new Promise((resolve) => (sent = resolve));
    await tab.route(/\/move$/, async (route) => {
      if (arrives) await route.fetch();
      sent();
    });
    await drag(tab, card(tab, title), "In Progress");
    await sending;
    await tab.close();
    tab = await context.newPage();
    await tab.goto(address);
    await (arrives ? column(tab, "In Progress") : tab).getByRole("button", { name: title, exact: true }).waitFor();
    assert.equal(await everywhere(tab, title), 1, "one copy after the tab was closed");
    await eventually("no card more or less", () => total(tab), cards);
  }
});

async function total(page) {
  const counts = await Promise.all(["To Do", "In Progress", "Done"].map((name) => columnCount(page, name)));
  return counts.reduce((a, b) => a + b);
}
