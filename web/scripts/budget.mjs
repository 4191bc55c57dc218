/**
 * Fails when a page loads more than its budget: the gzipped bytes of everything
 * its first paint needs, which is the entry chunk, the chunks of its route, and
 * whatever those import. Chunks that a page asks for afterwards (the live
 * connection, the menus of the top bar) do not hold it up and are not counted.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const KIB = 1024;

const entry = "index.html";
const shell = "src/app/shell.tsx";
const budgets = [
  { page: "sign in", chunks: [entry], kib: 110 },
  { page: "projects", chunks: [entry, shell, "src/features/projects/projects-page.tsx"], kib: 150 },
  { page: "board", chunks: [entry, shell, "src/app/board-route.tsx"], kib: 190 },
];
const cssKib = 15;

const manifest = JSON.parse(await readFile(path.join(dist, ".vite/manifest.json"), "utf8"));

/** The files of a chunk and of all it imports statically. */
function collect(name, scripts, styles) {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`the build has no chunk ${name}; did a page move?`);
  if (scripts.has(chunk.file)) return;
  scripts.add(chunk.file);
  for (const file of chunk.css ?? []) styles.add(file);
  for (const imported of chunk.imports ?? []) collect(imported, scripts, styles);
}

const sizes = new Map();

async function weigh(files) {
  let total = 0;
  for (const file of files) {
    if (!sizes.has(file))
      sizes.set(file, gzipSync(await readFile(path.join(dist, file)), { level: 9 }).length);
    total += sizes.get(file);
  }
  return total / KIB;
}

function report(what, kib, limit) {
  const over = kib > limit;
  console.log(`${over ? "OVER" : "ok  "} ${what.padEnd(14)} ${kib.toFixed(1).padStart(6)} of ${limit} KiB`);
  if (over) process.exitCode = 1;
}

const styles = new Set();
for (const { page, chunks, kib } of budgets) {
  const scripts = new Set();
  for (const name of chunks) collect(name, scripts, styles);
  report(page, await weigh(scripts), kib);
}
report("style sheets", await weigh(styles), cssKib);
