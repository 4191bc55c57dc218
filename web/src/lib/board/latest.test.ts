import { expect, it } from "vitest";
import { aTask } from "@/test/values";
import { latest, talked } from "./latest";

const seen = aTask("a", "1", { version: 3, comments: 2, talkVersion: 4 });

it("takes the newer fields and the newer comments, whichever telling has them", () => {
  const edited = { ...seen, version: 4, title: "Edited", comments: 1, talkVersion: 3 };
  const want = { ...edited, comments: 2, talkVersion: 4 };
  expect(latest(seen, edited)).toEqual(want);
  expect(latest(edited, seen)).toEqual(want);
});

it("is what was known, itself, when nothing is new", () => {
  expect(latest(seen, { ...seen })).toBe(seen);
  expect(latest(seen, { ...seen, version: 2, title: "Old", comments: 9, talkVersion: 3 })).toBe(seen);
  expect(talked(seen, { id: seen.id, comments: 9, talkVersion: 4 })).toBe(seen);
  expect(talked(seen, { id: aTask("b", "1").id, comments: 9, talkVersion: 9 })).toBe(seen);
});
