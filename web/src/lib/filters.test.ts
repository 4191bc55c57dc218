import { expect, it } from "vitest";
import { aTask } from "@/test/values";
import { filterFrom, matches } from "./filters";

it.each([
  ["its number", "12", true],
  ["its name", "WS-12", true],
  ["its name in small letters", "ws-12", true],
  ["its name from before projects had keys", "CUM-12", true],
  ["another's name", "WS-13", false],
  ["a part of its number", "1", false],
  ["its number behind what is no key", "w-12", false],
  ["a word of its title", "grind", true],
])("a task is found by %s", (_name, q, want) => {
  expect(matches(aTask("a", "1", { number: 12, title: "Grind it" }), { q })).toBe(want);
});

it("a task is found by a label however it is written, as at the server", () => {
  const task = aTask("a", "1", { labels: ["Urgent"] });
  expect(["urgent", "URGENT", "urge"].map((label) => matches(task, { label }))).toEqual([true, true, false]);
});

const someone = "01JZ0000000000000000000ANN";

it.each([
  ["a search of 201 characters is cut", `q=${"x".repeat(201)}`, { q: "x".repeat(200) }],
  ["characters outside the BMP count once", `q=${"🌶".repeat(201)}`, { q: "🌶".repeat(200) }],
  ["somebody", `assignee=${someone}`, { assignee: someone }],
  ["nobody", "assignee=none", { assignee: "none" }],
  ["an assignee who cannot be", "assignee=foo", {}],
  ["a label", "label=urgent", { label: "urgent" }],
  ["a label longer than one can be", `label=${"x".repeat(41)}`, {}],
  ["a range", "due=2026-02-01..2026-02-28", { due: "2026-02-01..2026-02-28" }],
  ["a range with an open end", "due=..2026-02-28", { due: "..2026-02-28" }],
  ["a range with no ends", "due=..", {}],
  ["a range with a day that is none", "due=2026-02-01..2026-02-30", {}],
  ["a range in three", "due=2026-02-01..2026-02-02..2026-02-03", {}],
  ["a range to a year of five digits", "due=..+010000-01-01", {}],
  ["one day", "due=2026-02-01", {}],
])("of an address, the filter is what the server takes: %s", (_name, address, want) => {
  expect(filterFrom(new URLSearchParams(address))).toEqual(want);
});
