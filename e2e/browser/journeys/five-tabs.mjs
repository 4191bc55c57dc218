// Five tabs of one person meet the end of their token at the same second, over
// and over: at most one refresh a round, nobody is signed out, no error is seen.
import assert from "node:assert/strict";
import { base, demo, eventually, expireTokens, journey, ownApi, signIn } from "../lib/browser.mjs";

const tabs = 5;
const calls = 20;
const rounds = Number(process.env.CUMIN_ROUNDS ?? 10);

await journey("five-tabs", async ({ person }) => {
  const { page, context } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  const pages = [page];
  while (pages.length < tabs) {
    const next = await context.newPage();
    await next.goto(`${base}/projects`);
    await next.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
    pages.push(next);
  }
  // Granted ones: what AWS made fail on this stack may be asked again.
  const refreshes = {};
  context.on("response", (response) => {
    if (new URL(response.url()).pathname === "/auth/refresh") refreshes[response.status()] = (refreshes[response.status()] ?? 0) + 1;
  });

  const perRound = [];
  for (let round = 1; round <= rounds; round++) {
    const before = refreshes[200] ?? 0;
    await expireTokens();
    const answers = await Promise.all(pages.map((tab) => ownApi(tab, calls)));
    assert.deepEqual(answers.flat().filter((answer) => typeof answer !== "number"), [], `round ${round}: every call is answered`);
    perRound.push((refreshes[200] ?? 0) - before);
  }
  console.log(`${rounds} rounds of ${tabs} tabs × ${calls} calls; refreshes per round: ${perRound.join(" ")}; by status:`, refreshes);
  assert.ok(perRound.every((count) => count <= 1), "at most one refresh a round");
  for (const tab of pages) {
    await eventually("no tab shows an error", () => tab.getByRole("alert").filter({ hasText: /\S/ }).count(), 0);
    assert.equal(await tab.getByRole("heading", { name: "Projects", level: 1 }).count(), 1, "every tab is signed in");
  }
});
