// Lighthouse on sign in, projects and board, as a desktop and as a phone: the
// medians of CUMIN_RUNS (5) runs of each are held against the limits below. The
// reports of a middle run are in artifacts/lighthouse. CUMIN_ONLY picks one of
// the two, e.g. "desktop".
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import lighthouse, { defaultConfig, desktopConfig, generateReport } from "lighthouse";
import { chromium } from "playwright-core";
import { artifacts, base, chromiumOptions, demo, signIn } from "../lib/browser.mjs";

const runs = Number(process.env.CUMIN_RUNS ?? 5);
const folder = path.join(artifacts, "lighthouse");

/** Scores are of 100, at least; LCP in milliseconds, at most. */
const forms = [
  { name: "desktop", config: desktopConfig, scores: { accessibility: 100, "best-practices": 95, performance: 95 }, lcp: 1_200 },
  { name: "mobile", config: defaultConfig, scores: { accessibility: 100, "best-practices": 95, performance: 85 }, lcp: Infinity },
].filter(({ name }) => name.includes(process.env.CUMIN_ONLY ?? ""));

/** The pages that a signed-in person sees; the session stays in the browser. */
async function signedIn(context) {
  const [page] = context.pages();
  await signIn(page, demo[0]);
  const board = await page.getByRole("link", { name: "Kitchen rebuild" }).getAttribute("href");
  await page.goto("about:blank");
  return [
    { name: "projects", at: "/projects" },
    { name: "board", at: board },
  ];
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const scoreOf = (lhr, category) => Math.round(100 * lhr.categories[category].score);

/** One run; on a busy machine Chromium may fail to record one, which is no finding. */
async function look(port, { name, at }, { scores, config }) {
  const onlyCategories = Object.keys(scores);
  for (let attempt = 1; ; attempt++) {
    const { lhr } = await lighthouse(base + at, { port, logLevel: "silent", onlyCategories }, config);
    if (!lhr.runtimeError) return lhr;
    if (attempt === 3) throw new Error(`${name}: ${lhr.runtimeError.code} ${lhr.runtimeError.message}`);
  }
}

/** Looks at one page `runs` times; resolves with what is worse than its limit. */
async function measure(port, page, form) {
  const what = `${page.name} ${form.name}`;
  const results = [];
  while (results.length < runs) results.push(await look(port, page, form));

  const metric = (id) => Math.round(middle(results.map(({ audits }) => audits[id].numericValue)));
  const lcp = metric("largest-contentful-paint");
  const scores = Object.keys(form.scores).map((category) => [category, middle(results.map((lhr) => scoreOf(lhr, category)))]);
  const shown = results.find((lhr) => scoreOf(lhr, "performance") === Object.fromEntries(scores).performance);
  for (const type of ["html", "json"]) await writeFile(path.join(folder, `${page.name}-${form.name}.${type}`), generateReport(shown, type));
  console.log(
    `${what}: ${scores.map((pair) => pair.join(" ")).join(", ")} (${results.map((lhr) => scoreOf(lhr, "performance")).join(" ")}),`,
    `LCP ${lcp} ms, blocked ${metric("total-blocking-time")} ms,`,
    `CLS ${middle(results.map(({ audits }) => audits["cumulative-layout-shift"].numericValue)).toFixed(3)},`,
    `machine ${Math.round(middle(results.map(({ environment }) => environment.benchmarkIndex)))}`,
  );
  return [
    ...scores.filter(([category, score]) => score < form.scores[category]).map(([category, score]) => `${what}: ${category} ${score}`),
    ...(lcp > form.lcp ? [`${what}: LCP ${lcp} ms`] : []),
  ];
}

await mkdir(folder, { recursive: true });
const profile = await mkdtemp(path.join(tmpdir(), "cumin-lighthouse-"));
// Lighthouse joins by the debugger's port, and finds the session in the profile.
const context = await chromium.launchPersistentContext(profile, {
  ...chromiumOptions,
  args: [...chromiumOptions.args, "--remote-debugging-port=0", "--ignore-certificate-errors"],
});
const failures = [];
try {
  const port = Number((await readFile(path.join(profile, "DevToolsActivePort"), "utf8")).split("\n")[0]);
  for (const form of forms) failures.push(...(await measure(port, { name: "sign-in", at: "/login" }, form)));
  for (const page of await signedIn(context)) {
    for (const form of forms) failures.push(...(await measure(port, page, form)));
  }
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
for (const failure of failures) console.error(`below its limit: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
