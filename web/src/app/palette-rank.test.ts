import { expect, it } from "vitest";
import { bestFirst, rank } from "./palette-rank";

it.each([
  ["nothing that the item has", "Undo the last move", "back revert", "other", 0],
  ["one word of it and one it has not", "FC-4 Sow the basil", "", "sow parsley", 0],
  ["all words, in another order", "FC-4 Sow the basil", "", "Basil sow", 1],
  ["a word that leads to it too", "Show the members", "invite", "invite", 0.9],
  ["a word of its own that others have too", "Use the dark theme", "theme", "theme", 1],
  ["how a word begins", "Sow the basil", "", "bas", 0.8],
  ["what is within a word", "Sow the basil", "", "sil", 0.5],
  ["a whole word behind the same within another", "Undone, or done", "", "done", 1],
  ["the name of a task", "FC-4 Sow", "", "fc-4", 1],
  ["the name of another task that begins the same", "FC-40 Sow", "", "fc-4", 0.8],
  ["nothing yet", "Sow", "", " ", 1],
])("%s", (_, name, others, typed, expected) => {
  expect(rank(name, others, typed)).toBe(expected);
});

const named = (...names: string[]) => names.map((name) => ({ name }));
const groups = [
  { heading: "Tasks", items: named("Go shopping", "Undo the going", "Go on") },
  { heading: "None", items: [] },
  { heading: "Projects", items: named("Cargo") },
  { heading: "Anywhere", items: [...named("Sign out"), { name: "Go to projects", others: "on" }] },
];
const shown = (typed: string) =>
  bestFirst(groups, typed).map(({ heading, items }) => [heading, ...items.map(({ name }) => name)]);

it("shows everything before something is typed, but no empty group", () => {
  expect(shown(" ")).toEqual([
    ["Tasks", "Go shopping", "Undo the going", "Go on"],
    ["Projects", "Cargo"],
    ["Anywhere", "Sign out", "Go to projects"],
  ]);
});

it("shows the best first, of the groups and in each", () => {
  expect(shown("go")).toEqual([
    ["Tasks", "Go shopping", "Go on", "Undo the going"],
    ["Anywhere", "Go to projects"],
    ["Projects", "Cargo"],
  ]);
  expect(shown("go proj")).toEqual([["Anywhere", "Go to projects"]]);
  expect(shown("nothing")).toEqual([]);
});

it("shows at most thirty of a group", () => {
  const many = [{ heading: "Tasks", items: named(...Array<string>(40).fill("Sow"), "Sow sow") }];
  expect(bestFirst(many, "sow")[0]?.items).toHaveLength(30);
});
