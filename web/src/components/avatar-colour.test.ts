import { expect, it } from "vitest";
import { contrast, type Oklch } from "@/test/contrast";
import { coloursOf, palette } from "./avatar-colour";

/** The two colours of light-dark(oklch(…), oklch(…)). */
const schemes = (colour: string): Oklch[] =>
  [...colour.matchAll(/oklch\(([^ ]+) ([^ ]+) ([^)]+)\)/g)].map(([, l, c, h]) => [
    Number(l),
    Number(c),
    Number(h),
  ]);

/** Ids as the server makes them: ULIDs of one minute, which differ in few letters. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ids = Array.from(
  { length: 3_600 },
  (_, n) =>
    `01K9Q3J8${letters[n % 32]}${letters[(n * 7) % 32]}QZXV${letters[(n >> 5) % 32]}M4Y8TN0${n % 10}W5`,
);

it("letters stand out 4.5:1 from every colour, in both schemes", () => {
  expect(palette.length).toBeGreaterThanOrEqual(36);
  for (const { background, color } of palette) {
    const [grounds, inks] = [schemes(background), schemes(color)];
    expect(grounds).toHaveLength(2);
    for (const [i, ground] of grounds.entries()) {
      expect(contrast(ground, inks[i] as Oklch), background).toBeGreaterThanOrEqual(4.5);
    }
  }
});

it("a person keeps one colour", () => expect(coloursOf("ADA")).toEqual(coloursOf("ADA")));

it("ids are spread over all colours, none of which is used twice as often as is fair", () => {
  const uses = new Map<string, number>();
  for (const id of ids) {
    const { background } = coloursOf(id);
    uses.set(background, (uses.get(background) ?? 0) + 1);
  }
  expect(uses.size).toBe(palette.length);
  expect(Math.max(...uses.values())).toBeLessThan((2 * ids.length) / palette.length);
});
