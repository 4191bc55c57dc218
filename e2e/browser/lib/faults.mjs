// A worse server and a worse network than the stack has, between page and nginx.

const problem = (status, code, title) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: `/problems/${code}`, title, status, code, detail: title, requestId: "injected" }),
});

export const internal = problem(500, "internal", "Something went wrong on our side.");
export const forbidden = problem(403, "forbidden", "This is for editors.");
export const revoked = problem(401, "session_revoked", "This session was ended.");

/** Answers requests to paths of the API that match with `answer`. Resolves with the way back. */
export async function answer(page, pattern, answer, method = "GET") {
  const url = (at) => at.pathname.startsWith("/api/v1") && pattern.test(at.pathname);
  const handler = (route) => (route.request().method() === method ? route.fulfill(answer) : route.fallback());
  await page.route(url, handler);
  return () => page.unroute(url, handler);
}

/** The same with a JSON value. */
export const answerJSON = (page, pattern, value) =>
  answer(page, pattern, { status: 200, contentType: "application/json", body: JSON.stringify(value) });

/** Lets what the server answers be changed on its way. */
export const changed = (page, pattern, change) =>
  page.route((at) => pattern.test(at.pathname), async (route) => route.fulfill({ json: change(await (await route.fetch()).json()) }));

/** Lets requests fail as without a server. */
export const unanswered = (page, pattern) => page.route((at) => pattern.test(at.pathname), (route) => route.abort());

/** Lets requests wait: `ms`, or for ever where none are given. */
export async function delay(page, pattern, ms = Infinity) {
  const url = (at) => pattern.test(at.pathname);
  const handler = async (route) => {
    if (ms === Infinity) return; // never answered; the page goes on without
    await new Promise((resolve) => setTimeout(resolve, ms));
    await route.fallback().catch(() => {}); // the page may be gone by now
  };
  await page.route(url, handler);
  return () => page.unroute(url, handler);
}
