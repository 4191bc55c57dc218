import { expect, it } from "vitest";
import { aTask } from "@/test/values";
import { matches } from "./filters";

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
