// Somebody reads how the API is used, on a phone: led there from where one looks
// first, in our letters, nothing wider than the screen; a refusal leads to what
// it means.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { base, journey, shot } from "../lib/browser.mjs";

await journey("docs", async ({ person }) => {
  const { page } = await person({ who: "reader", width: 375, height: 740 });
  const looksRight = async (what) => {
    await page.evaluate(() => document.fonts.ready);
    const seen = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      fonts: [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family.replaceAll('"', "")),
    }));
    assert.equal(seen.wide, 375, `${what} is as wide as the screen`);
    assert.ok(seen.fonts.includes("Instrument Sans Variable"), `${what} is in our letters: ${seen.fonts}`);
    assert.deepEqual(await violations(page), [], what);
    await shot(page, `docs-${what}`);
  };

  await page.goto(`${base}/docs`);
  await page.getByRole("heading", { name: "Cumin API", level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/api/v1/docs");
  await looksRight("api");

  await page.getByRole("link", { name: "PATCH /api/v1/projects/{project}", exact: true }).click();
  await page.locator("article:target").getByRole("link", { name: "ProjectPatch" }).click();
  await page.locator("pre:target").waitFor(); // unfolded by being led to

  await page.goto(`${base}/auth/docs`);
  await page.getByRole("heading", { name: "Cumin auth API", level: 1 }).waitFor();
  await looksRight("auth");

  const refusal = await (await page.request.get(`${base}/api/v1/projects`)).json();
  await page.goto(new URL(refusal.type, base).href);
  await page.locator("dt:target", { hasText: "token_missing" }).waitFor();
  await looksRight("problems");
});
