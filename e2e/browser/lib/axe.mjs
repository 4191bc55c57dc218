// Accessibility of what a page shows, by axe-core. It is injected through the
// debugger: the page's CSP rightly refuses scripts from anywhere else.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A menu hangs off the body, where nothing clips it, and so lies in no landmark; its button is in one. */
const isMenu = ({ target }) => target.join(" ").startsWith("div[data-radix-popper-content-wrapper");

/** What is wrong: one line for each rule and element, none when nothing is. */
export async function violations(page) {
  await page.evaluate(source);
  const found = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    tags,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.filter((node) => !(id === "region" && isMenu(node))).map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary.split("\n").slice(1).join("; ").trim()}`),
  );
}
