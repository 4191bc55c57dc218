import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announce } from "./announce";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const said = () => document.querySelector("body > [role=status]")?.textContent;

it("says a sentence again as a change", () => {
  announce("CUM-1 moved");
  const first = said();
  announce("CUM-1 moved");
  expect(said()).not.toBe(first);
});

it("keeps a sentence until it is read out, and no longer", () => {
  announce("CUM-1 lifted");
  vi.advanceTimersByTime(8_000);
  announce("CUM-1 moved to Done");
  vi.advanceTimersByTime(8_000);
  expect(said()).toBe("CUM-1 moved to Done");
  vi.advanceTimersByTime(8_000);
  expect(said()).toBe("");
});
