// The live connection is away: the board asks every 15 s instead and stays
// correct; and whatever was missed, by a dead server or without a network, what
// comes back looks as a page that is loaded now. CUMIN_OUTAGE (20) are seconds
// without the sockets service, CUMIN_OFFLINE (3) those without a network.
import { isDeepStrictEqual } from "node:util";
import { columnCount, demo, eventually, journey, outage, signIn } from "../lib/browser.mjs";

const down = Number(process.env.CUMIN_OUTAGE ?? 20);
const offline = Number(process.env.CUMIN_OFFLINE ?? 3);
const expected = /^Failed to load resource|WebSocket connection to .* failed/;
const seconds = (n) => new Promise((resolve) => setTimeout(resolve, n * 1000));
const live = (page) => page.getByRole("status", { name: "Connection" }).getByText("Live", { exact: true }).waitFor({ state: "attached", timeout: 40_000 });
const dot = (page) => page.getByRole("status", { name: "Connection" }).innerText();

/** All that a person reads of a page: header, board, badge. */
const read = async (page) => ({
  bar: await page.getByRole("button", { name: /^Notifications/ }).getAttribute("aria-label"),
  board: await page.getByRole("main").innerText(),
});

/** Adds a task as somebody else would; the title is its mark. */
async function add(page, title, column) {
  await page.getByRole("button", { name: `Add to ${column}` }).click();
  await page.getByRole("dialog").getByLabel("Title").fill(title);
  await page.getByRole("dialog").getByRole("button", { name: "Create task" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Moves the first card of a column by its menu. */
async function moveFirst(page, from, to) {
  const cards = page.getByRole("region", { name: from, exact: true });
  await cards.getByRole("button", { name: /^Menu of [A-Z][A-Z0-9]+-\d+$/ }).first().click();
  await page.getByRole("menuitem", { name: to }).click();
}

await journey("outage", async ({ person }) => {
  const ada = await person({ who: "ada", expected });
  const { page } = ada;
  const grace = (await person({ who: "grace", expected })).page;
  await Promise.all([signIn(page, demo[0]), signIn(grace, demo[1])]);
  for (const each of [page, grace]) await each.getByRole("link", { name: "Tasting room" }).click();
  for (const each of [page, grace]) await live(each);
  const fresh = await ada.context.newPage();
  const sameAsFresh = async (what) => {
    await fresh.goto(page.url());
    await live(fresh);
    const both = async () => {
      const [now, want] = await Promise.all([read(page), read(fresh)]);
      return isDeepStrictEqual(now, want) ? "the same" : { now, want };
    };
    await eventually(what, both, "the same");
  };

  const counts = () => Promise.all(["To Do", "In Progress", "Done"].map((column) => columnCount(page, column)));
  const [todo, doing, done] = await counts();
  const back = await outage("sockets");
  const began = Date.now();
  await eventually("the page says so", async () => (await dot(page)) !== "Live", true, 60_000);
  await moveFirst(grace, "To Do", "Done");
  await moveFirst(grace, "To Do", "In Progress");
  const changed = Date.now();
  await eventually("the board follows by asking", counts, [todo - 2, doing + 1, done + 1], 30_000);
  console.log(`without sockets: the board followed ${((Date.now() - changed) / 1000).toFixed(1)} s after the last change; shown: "${await dot(page)}"`);
  await seconds(Math.max(0, down - (Date.now() - began) / 1000));
  await add(grace, "Written before it came back", "In Progress");
  await back();
  await live(page);
  await sameAsFresh(`after ${down} s without sockets`);

  await ada.context.setOffline(true);
  await moveFirst(grace, "Done", "To Do");
  await moveFirst(grace, "In Progress", "Done");
  await add(grace, "Written while she was away", "To Do");
  await seconds(offline);
  await ada.context.setOffline(false);
  await live(page);
  await sameAsFresh(`after ${offline} s without a network`);
});
