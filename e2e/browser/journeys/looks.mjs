// Cumin as a person's system wants it: the theme from the first frame on, at
// 200 % zoom, in forced colours, without motion.
import assert from "node:assert/strict";
import { base, demo, eventually, journey, signIn } from "../lib/browser.mjs";
import { delay } from "../lib/faults.mjs";

/** Notes the background of every frame that is painted, from the first. */
function noteFrames(theme) {
  if (theme) localStorage.setItem("cumin-theme", theme);
  window.frames_ = [];
  const note = () => {
    if (document.body) window.frames_.push(getComputedStyle(document.documentElement).backgroundColor);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}

/** The backgrounds a person saw while the page came, its code 300 ms late. */
async function flashes(person, colorScheme, theme) {
  const { page, context } = await person({ who: `${theme ?? "no theme"} on a ${colorScheme} system`, colorScheme });
  await page.addInitScript(noteFrames, theme);
  await delay(page, /^\/assets\/.*\.js$/, 300);
  await page.goto(`${base}/login`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  const seen = await page.evaluate(() => window.frames_);
  assert.ok(seen.length > 2, `${seen.length} frames were noted`);
  await context.close();
  return [...new Set(seen)];
}

/** Whether a keyboard's focus shows as an outline, on the element or over it. */
const ringed = () => {
  const outlined = (pseudo) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement, pseudo);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  return outlined() || outlined("::after");
};

const coloursOf = (locator) => locator.evaluateAll((elements) => elements.map((element) => getComputedStyle(element).backgroundColor));

await journey("looks", async ({ person }) => {
  const [light, ...noLight] = await flashes(person, "light");
  const [dark, ...noDark] = await flashes(person, "dark");
  assert.deepEqual([...noLight, ...noDark], [], "one background from the first frame on");
  assert.notEqual(light, dark);
  assert.deepEqual(await flashes(person, "light", "dark"), [dark], "dark was chosen on a light system");
  assert.deepEqual(await flashes(person, "dark", "light"), [light], "light was chosen on a dark system");

  // 1280 × 800 at 200 % is as wide as 640 × 400 is.
  const { page } = await person({ who: "ada", width: 640, height: 400, deviceScaleFactor: 2 });
  const narrow = async (what) => eventually(what, () => page.evaluate(() => document.documentElement.scrollWidth), 640);
  await signIn(page, demo[0]);
  const cards = page.getByRole("list", { name: "Projects" }).getByRole("listitem");
  await cards.first().waitFor();
  await narrow("projects");

  await page.emulateMedia({ forcedColors: "active" });
  const system = await page.evaluate(() => matchMedia("(forced-colors: active)").matches);
  assert.ok(system);
  const bar = cards.filter({ has: page.getByRole("link", { name: "Web shop" }) }).locator("div[aria-hidden] > div");
  await eventually("three segments, three colours", async () => new Set(await coloursOf(bar)).size, 3);
  await page.getByRole("link", { name: "Cumin: your projects" }).focus();
  for (let stop = 1; stop <= 12; stop++) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(ringed), `the focus shows at stop ${stop}: ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
  }
  await page.emulateMedia({ forcedColors: "none" });

  await page.getByRole("link", { name: "Web shop" }).click();
  await page.locator("[data-task]").first().waitFor();
  await narrow("board");
  const title = `Zoom in ${Date.now()}`;
  await page.getByRole("button", { name: "New task" }).first().click();
  await page.getByRole("dialog").getByLabel("Title").fill(title);
  await narrow("new task");
  await page.getByRole("dialog").getByLabel("Priority").selectOption({ label: "High" });
  await page.getByRole("dialog").getByRole("button", { name: "Create task" }).click();
  await page.getByLabel("Search the tasks").fill(title);
  await page.getByRole("button", { name: title, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  // A skeleton breathes for as long as it is there; not for who wants no motion.
  const longest = () => page.evaluate(() => Math.max(0, ...document.getAnimations().map(({ effect }) => effect.getComputedTiming().endTime)));
  await delay(page, /^\/api\/v1\/projects$/);
  for (const [reducedMotion, still] of [["no-preference", false], ["reduce", true]]) {
    await page.emulateMedia({ reducedMotion });
    await page.goto(`${base}/projects`);
    await page.getByRole("status", { name: "Loading your projects" }).waitFor();
    await eventually(`still: ${still}`, async () => (await longest()) < 500, still);
  }
});
