// Writes a picture of every screen in its states, in both themes and at both
// widths, and asks axe about each. CUMIN_ONLY picks screens by a part of their
// name; CUMIN_LOOK picks one of the four looks, e.g. "dark-375".
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { artifacts, base, demo, launch, signIn } from "../lib/browser.mjs";
import { violations } from "../lib/axe.mjs";
import { signedIn, signedOut } from "./list.mjs";

const folder = path.join(artifacts, "screens");
const only = process.env.CUMIN_ONLY ?? "";
const looks = ["light", "dark"].flatMap((theme) => [1280, 375].map((width) => ({ theme, width, name: `${theme}-${width}` })));
const failures = [];
let taken = 0;

/** Shows one screen in a page of its own, takes its picture, and notes what is wrong with it. */
async function show(context, screen, look, board) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const what = `${screen.name} ${look.name}`;
  try {
    await screen.before?.(page);
    await page.goto(base + screen.path(board));
    await screen.after(page);
    // Skeletons and toasts come in over a moment.
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: path.join(folder, `${screen.name}-${look.name}.png`) });
    taken++;
    for (const wrong of await violations(page)) failures.push(`${what}: ${wrong}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) failures.push(`${what}: the page is ${wide} px wider than the screen`);
  } catch (error) {
    failures.push(`${what}: ${error.message.split("\n")[0]}`);
    await page.screenshot({ path: path.join(folder, `FAILED-${screen.name}-${look.name}.png`) }).catch(() => {});
  } finally {
    await context.setOffline(false);
    await page.close();
  }
}

const wanted = (screens) => screens.filter(({ name }) => name.includes(only));

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const look of looks.filter(({ name }) => name.includes(process.env.CUMIN_LOOK ?? ""))) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: 800 },
      reducedMotion: "reduce",
      hasTouch: look.width < 600,
    });
    await context.addInitScript((theme) => localStorage.setItem("cumin-theme", theme), look.theme);
    for (const screen of wanted(signedOut)) await show(context, screen, look);
    const page = await context.newPage();
    await signIn(page, demo[0]);
    const board = await page.getByRole("link", { name: "Kitchen rebuild" }).getAttribute("href");
    await page.close();
    for (const screen of wanted(signedIn)) await show(context, screen, look, board);
    await context.close();
  }
} finally {
  await browser.close();
}
console.log(`${taken} screens in ${folder}`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
