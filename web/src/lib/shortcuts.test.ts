import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { offer } from "./commands";
import { listenForShortcuts, shortcutsOn } from "./shortcuts";

const undo: (() => void)[] = [];
let time = 0;
const run = vi.fn<(what: string) => void>();

beforeEach(() => {
  time = 0;
  undo.push(
    listenForShortcuts(() => time),
    offer({ label: "Create", keys: "c", run: () => run("create") }),
    offer({ label: "Projects", keys: "g p", run: () => run("projects") }),
    offer({ label: "Palette", keys: "mod+k", run: () => run("palette") }),
    offer({ label: "Undo", keys: "mod+z", notInText: true, run: () => run("undo") }),
  );
});

afterEach(() => {
  undo.splice(0).forEach((undone) => undone());
  shortcutsOn.set("on");
  document.body.innerHTML = "";
  run.mockClear();
});

function press(key: string, on: Element = document.body, init: KeyboardEventInit = {}) {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
}

function field(html: string): Element {
  document.body.innerHTML = html;
  return document.body.querySelector("[data-here]") ?? document.body;
}

it("a letter runs its command", () => {
  press("c");
  expect(run).toHaveBeenCalledExactlyOnceWith("create");
});

it("two keys one after the other run theirs", () => {
  press("g");
  press("p");
  expect(run).toHaveBeenCalledExactlyOnceWith("projects");
});

it("two keys with a long pause between them do nothing", () => {
  press("g");
  time = 2_000;
  press("p");
  expect(run).not.toHaveBeenCalled();
});

it.each([
  "<input data-here>",
  "<textarea data-here></textarea>",
  "<div role=dialog><button data-here></button></div>",
])("a letter in %s is a letter", (html) => {
  press("c", field(html));
  expect(run).not.toHaveBeenCalled();
});

it("Ctrl with a key works in a field too", () => {
  press("k", field("<input data-here>"), { ctrlKey: true });
  expect(run).toHaveBeenCalledExactlyOnceWith("palette");
});

it("Ctrl-Z takes back what was done on the page, and in a field what was written", () => {
  press("z", document.body, { ctrlKey: true });
  press("z", field("<input data-here>"), { ctrlKey: true });
  expect(run).toHaveBeenCalledExactlyOnceWith("undo");
});

it("switched off, only Ctrl with a key is left", () => {
  shortcutsOn.set("off");
  press("c");
  press("k", document.body, { metaKey: true });
  expect(run).toHaveBeenCalledExactlyOnceWith("palette");
});

it("of two commands with one key the later wins, and gives it back", () => {
  const withdraw = offer({ label: "Create here", keys: "c", run: () => run("here") });
  press("c");
  withdraw();
  press("c");
  expect(run.mock.calls).toEqual([["here"], ["create"]]);
});

it("nothing is run under a dialog that must be answered", () => {
  const button = field('<div role="dialog" data-insistent="true"><button data-here>Sign in</button></div>');
  press("k", button, { ctrlKey: true });
  press("c");
  expect(run).not.toHaveBeenCalled();
});
