// The console of the embedded AWS. Everything shown is text of other programs:
// it becomes text nodes, never HTML.

const at = (id) => document.getElementById(id);

/** Builds an element; children are elements or text. */
function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

async function ask(path, body, method) {
  const response = await fetch(path, {
    method: method ?? (body ? "POST" : "GET"),
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? answer.message ?? response.statusText);
  return answer;
}

/** Shows why something failed, or that it works again. */
function problem(error) {
  at("problem").hidden = !error;
  at("problem").textContent = error ? String(error.message ?? error) : "";
}

const guarded = (work) => (...args) => work(...args).then(() => problem(null), problem);

// Clock

let clock = { now: new Date().toISOString(), offset: 0, frozen: false, auto: false };
let heard = Date.now();

function showClock() {
  const passed = clock.frozen ? 0 : Date.now() - heard;
  const now = new Date(Date.parse(clock.now) + passed);
  at("now").textContent = `${now.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  at("now").dateTime = now.toISOString();
  const minutes = Math.round(clock.offset / 6e10);
  at("ahead").textContent = [clock.frozen && "frozen", clock.auto && "auto", minutes ? `${minutes} min ahead` : ""].filter(Boolean).join(" · ");
  at("freeze").setAttribute("aria-pressed", clock.frozen);
  at("auto").setAttribute("aria-pressed", Boolean(clock.auto));
}

function setClock(state) {
  clock = { auto: false, ...state };
  heard = Date.now();
  showClock();
}

const moveClock = guarded(async (change) => setClock(await ask("clock", change)));
for (const button of document.querySelectorAll("[data-clock]")) {
  button.addEventListener("click", () => moveClock(JSON.parse(button.dataset.clock)));
}
at("freeze").addEventListener("click", () => moveClock({ freeze: !clock.frozen }));
at("auto").addEventListener("click", () => moveClock({ auto: !clock.auto }));

// Bill

const units = [
  ["readUnits", "read units"], ["writeUnits", "write units"], ["streamReads", "stream reads"], ["invocations", "invocations"],
  ["queueRequests", "queue requests"], ["objectWrites", "object writes"], ["objectReads", "object reads"],
];

function billOf(bill) {
  const parts = units.filter(([key]) => bill[key]).map(([key, words]) => `${bill[key]} ${bill[key] === 1 ? words.slice(0, -1) : words}`);
  if (bill.memoryMs) parts.push(`${(bill.memoryMs / 1024 / 1000).toFixed(4)} GB·s`);
  return parts;
}

// Trace

let chosen = new URLSearchParams(location.search).get("request") ?? "";

function branch(node, start) {
  const line = make("div", {}, make("span", { class: `kind ${node.kind}` }, node.kind), make("span", { class: "name" }, node.name ?? node.id));
  if (node.detail) line.append(make("span", { class: "detail", title: node.detail }, node.detail));
  if (node.outcome && node.outcome !== "ok") line.append(make("span", { class: "outcome" }, `✗ ${node.outcome}`));
  line.append(make("span", { class: "when", title: node.id }, `+${((Date.parse(node.at) - start) / 1000).toFixed(3)} s`));
  const item = make("li", {}, line);
  if (node.effects) item.append(make("ol", {}, ...node.effects.map((effect) => branch(effect, start))));
  return item;
}

async function showTrace(id) {
  chosen = id;
  history.replaceState(null, "", `?request=${encodeURIComponent(id)}`);
  const answer = await ask(`trace?request=${encodeURIComponent(id)}`);
  at("bill").replaceChildren(...billOf(answer.bill).map((part) => make("span", {}, part)));
  const parts = [make("ol", {}, branch(answer.trace, Date.parse(answer.trace.at)))];
  for (const root of answer.roots ?? []) {
    if (root.id === id) continue;
    const up = make("button", { type: "button" }, `came from ${root.id}`);
    up.addEventListener("click", () => guarded(showTrace)(root.id));
    parts.unshift(up);
  }
  at("tree").replaceChildren(...parts);
  markChosen();
}

function markChosen() {
  for (const button of at("recent").querySelectorAll("button")) {
    button.setAttribute("aria-current", button.dataset.id === chosen);
  }
}

at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = new FormData(event.target).get("id").trim();
  if (id) guarded(showTrace)(id);
});

function recentLine(entry) {
  const notes = [new Date(entry.at).toISOString().slice(11, 19), `${entry.events} events`, ...billOf(entry.bill).slice(0, 2)];
  const button = make("button", { type: "button", "data-id": entry.id },
    make("span", { class: "id" }, entry.name ?? entry.id),
    entry.failed ? make("span", { class: "failed" }, `${entry.failed} failed`) : "",
    make("small", {}, notes.join(" · ")));
  button.addEventListener("click", () => guarded(showTrace)(entry.id));
  return make("li", {}, button);
}

// Everything else

let shown = "";

async function refresh() {
  const [state, recent, faults, resources] = await Promise.all([ask("clock"), ask("trace?limit=60"), ask("faults"), ask("resources")]);
  setClock(state);
  const text = JSON.stringify(recent);
  if (text !== shown) { // else the keyboard's place in the list would be lost for nothing
    shown = text;
    const focused = document.activeElement?.dataset?.id;
    at("recent").replaceChildren(...recent.recent.map(recentLine));
    if (focused) at("recent").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
    markChosen();
  }
  const rules = faults.rules.map((rule) =>
    make("li", {}, `${rule.kind} ${rule.target ?? "*"} ${rule.code ?? rule.delay ?? rule.point ?? ""} · struck ${rule.fired} of ${rule.met}`));
  at("faults").replaceChildren(...(rules.length ? rules : [make("li", { class: "muted" }, "None.")]));
  at("clear").hidden = rules.length === 0;
  at("resources").replaceChildren(...resources.resources.flatMap((group) => [
    make("dt", {}, `${group.service} · ${group.names.length}`), ...group.names.map((name) => make("dd", {}, name)),
  ]));
}

at("clear").addEventListener("click", guarded(async () => {
  await ask("faults", undefined, "DELETE");
  await refresh();
}));

const refreshGuarded = guarded(refresh);
setInterval(() => { if (!document.hidden) refreshGuarded(); }, 2000);
setInterval(showClock, 1000);
refreshGuarded();
if (chosen) guarded(showTrace)(chosen);
