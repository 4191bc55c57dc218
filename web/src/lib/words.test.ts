import { expect, it } from "vitest";
import { ago } from "./words";

const now = Date.parse("2026-11-22T12:00:00Z");

it.each([
  ["this second", "2026-11-22T12:00:00Z", "just now"],
  ["less than a minute ago", "2026-11-22T11:59:01Z", "just now"],
  ["a minute ago", "2026-11-22T11:59:00Z", "1 minute ago"],
  ["almost an hour ago", "2026-11-22T11:00:01Z", "59 minutes ago"],
  ["almost a day ago", "2026-11-21T12:00:01Z", "23 hours ago"],
  ["yesterday", "2026-11-21T12:00:00Z", "yesterday"],
  ["a week ago", "2026-11-15T12:00:00Z", "7 days ago"],
  ["long ago", "2026-11-14T12:00:00Z", "Nov 14, 2026"],
  ["two seconds ahead of this device's clock", "2026-11-22T12:00:02Z", "just now"],
  ["an hour ahead of this device's clock", "2026-11-22T13:00:00Z", "just now"],
  ["a year ahead of this device's clock", "2027-11-22T12:00:00Z", "just now"],
])("a time %s", (_name, time, words) => {
  expect(ago(time, now)).toBe(words);
});
