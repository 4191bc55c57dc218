// What every journey needs: a Chromium, people with pages of their own, and
// waits that end when the page says so.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

export const base = process.env.CUMIN_URL ?? "http://localhost:8080";
export const artifacts = process.env.CUMIN_ARTIFACTS ?? "artifacts";
const executablePath = process.env.CUMIN_CHROMIUM ?? "/usr/bin/chromium";

/** The two people of the demo data: [{Name, Email, Password}]. */
export const demo = JSON.parse(process.env.CUMIN_DEMO ?? "[]");

/** How Chromium is started: it asks nobody but the stack. */
export const chromiumOptions = {
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export const launch = () => chromium.launch(chromiumOptions);

/**
 * Runs a journey with a browser and closes it whatever happens; what the pages
 * logged as errors fails the journey too.
 */
export async function journey(name, steps) {
  const browser = await launch();
  const people = [];
  try {
    await steps({ person: (options) => newPerson(browser, people, options) });
    for (const { who, problems } of people) assert.deepEqual(problems, [], `${who}'s page logged errors`);
    console.log(`${name}: passed`);
  } catch (error) {
    for (const [i, { page }] of people.entries()) {
      await page.screenshot({ path: path.join(artifacts, `${name}-failed-${i}.png`) }).catch(() => {});
    }
    console.error(`${name}: FAILED`, error);
    for (const { who, problems } of people) if (problems.length > 0) console.error(who, problems);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

async function newPerson(browser, people, { who = "somebody", width = 1280, height = 800, touch = false, expected = /^Failed to load resource/, ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, hasTouch: touch, acceptDownloads: true, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // Chromium reports every 4xx answer as an error; expected ones (a refresh
    // without a session, an expired token) are the client's business.
    if (message.type() === "error" && !expected.test(message.text())) problems.push(message.text());
  });
  const person = { who, context, page, problems };
  people.push(person);
  return person;
}

export async function signIn(page, { Email, Password }) {
  await page.goto(`${base}/login`);
  await page.getByLabel("E-mail").fill(Email);
  await page.getByLabel("Passphrase", { exact: true }).fill(Password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
}

export async function shot(page, name) {
  await page.screenshot({ path: path.join(artifacts, `${name}.png`) });
}

/** The number in a column's header. */
export async function columnCount(page, column) {
  const text = await page.getByRole("region", { name: column, exact: true }).locator("header").innerText();
  return Number(/\d+/.exec(text.replaceAll(",", ""))?.[0]);
}

/**
 * Waits until read() gives want, or what the pattern want matches. What follows an
 * act, even in the next frame, is waited for: a busy machine is a frame behind.
 */
export async function eventually(what, read, want, patience = 15_000) {
  const check = (got) => (want instanceof RegExp ? assert.match(got, want, what) : assert.deepEqual(got, want, what));
  for (const deadline = Date.now() + patience; ; ) {
    const got = await read();
    try {
      return check(got);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Drags a card into a column the way a hand does: press, move in steps, release; what happens while it is `held`. */
export async function drag(page, card, column, held = async () => {}) {
  const from = await card.boundingBox();
  const to = await page.getByRole("region", { name: column, exact: true }).boundingBox();
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 12, from.y + from.height / 2 + 6, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + 120, { steps: 12 });
  await held();
  await page.mouse.up();
}

/** The lines of nginx's access log. */
export async function accessLog() {
  const text = await readFile(process.env.CUMIN_NGINX_LOG, "utf8");
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/**
 * Moves the stack's clock past the end of every access token. The services hear
 * of it one after the other; who is still behind would sign tokens that the
 * others find expired, so it waits until each refuses one that was good before.
 */
export async function expireTokens() {
  const token = await tokenOf(demo[1]);
  await call(`${process.env.CUMIN_AWS}/_cumin/clock`, { method: "POST", body: JSON.stringify({ advance: "6m" }) });
  const headers = { Authorization: `Bearer ${token}` };
  for (const path of ["/auth/me", "/api/v1/projects"]) {
    await eventually(`${path} refuses old tokens`, async () => (await fetch(base + path, { headers })).status, 401);
  }
}

/** Signs in without a browser; resolves with the access token. */
export async function tokenOf({ Email: email, Password: password }) {
  const headers = { "Content-Type": "application/json" };
  const login = await call(`${base}/auth/login`, { method: "POST", headers, body: JSON.stringify({ email, password }) });
  return (await login.json()).accessToken;
}

/** Takes one of the stack's processes away; resolves with the way to have it back. */
export async function outage(name) {
  const url = `${process.env.CUMIN_OUTAGES}/${name}`;
  await call(url, { method: "POST" });
  return () => call(url, { method: "DELETE" });
}

async function call(url, request) {
  const response = await fetch(url, request);
  assert.equal(response.status, 200, `${url}: ${response.statusText}`);
  return response;
}

/**
 * Asks for the projects `calls` times at once, through the object with which
 * the application makes every call, found among the modules that the page has
 * loaded. Resolves with the number of projects each call got, or its error.
 */
export function ownApi(page, calls, prefix = `calls-${Date.now()}`) {
  return page.evaluate(
    async ({ calls, prefix }) => {
      const modules = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
      const methods = ["get", "post", "put", "patch", "delete"];
      for (const { name } of modules) {
        for (const api of Object.values(await import(name))) {
          if (!api || !methods.every((method) => Object.hasOwn(api, method))) continue;
          const one = (_, i) =>
            api
              .get("/projects", { headers: { "X-Request-Id": `${prefix}-${i}` } })
              .then(({ items }) => items.length, String);
          return Promise.all(Array.from({ length: calls }, one));
        }
      }
      throw new Error("the application's API client is in no loaded module");
    },
    { calls, prefix },
  );
}
