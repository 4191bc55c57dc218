// An access token expires in mid-session and twenty calls meet that at once,
// made by the page's own client: nginx sees one refresh, the person sees nothing.
import assert from "node:assert/strict";
import { accessLog, demo, eventually, expireTokens, journey, ownApi, shot, signIn } from "../lib/browser.mjs";

const calls = 20;
const prefix = `refresh-journey-${Date.now()}`;

await journey("silent-refresh", async ({ person }) => {
  const { page } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  const refreshes = async () => (await accessLog()).filter(({ path }) => path === "/auth/refresh").length;
  const before = await refreshes();

  // The services' time moves past the token's end; the page's own timers, which
  // would have renewed it earlier, stand where they are.
  await expireTokens();
  const answers = await ownApi(page, calls, prefix);
  assert.deepEqual(answers, Array(calls).fill(answers[0]), "every call was answered");
  assert.ok(answers[0] > 0);

  const ours = async (status) => (await accessLog()).filter(({ request_id: id, status: s }) => id.startsWith(prefix) && s === status).length;
  await eventually("each call met the expired token", () => ours(401), calls);
  await eventually("and succeeded the second time", () => ours(200), calls);
  assert.equal((await refreshes()) - before, 1, "refreshes that nginx saw");
  assert.equal(await page.getByRole("alert").count(), 0, "no error is shown");
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
  await shot(page, "silent-refresh");
  console.log(`${calls} parallel calls met an expired token: ${calls} × 401, 1 refresh, ${calls} × 200`);
});
