import { expect, it } from "vitest";
import { inDays, nextMonday } from "./due-dates";

it.each([
  ["a Sunday", "2026-11-22", "2026-11-23"],
  ["a Monday", "2026-11-23", "2026-11-30"],
  ["a Tuesday", "2026-11-24", "2026-11-30"],
  ["the year's last Thursday", "2026-12-31", "2027-01-04"],
])("seen from %s, next week begins on the Monday after", (_name, now, then) => {
  expect(nextMonday(new Date(`${now}T09:00:00`))).toBe(then);
});

it.each([
  ["late in the evening", "2026-11-23T23:59:59", "2026-11-24"],
  ["on a month's last day", "2026-11-30T12:00:00", "2026-12-01"],
  ["before a leap day", "2028-02-28T12:00:00", "2028-02-29"],
])("tomorrow, %s, is the next day of the calendar", (_name, now, then) => {
  expect(inDays(1, new Date(now))).toBe(then);
});
