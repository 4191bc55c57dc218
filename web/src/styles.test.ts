import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { contrast, type Oklch } from "@/test/contrast";

const css = readFileSync("src/tokens.css", "utf8");

const schemes = ["light", "dark"] as const;
type Scheme = (typeof schemes)[number];

/** A colour of the palette as lightness, chroma and hue in degrees (CSS Color 4 §9.3). */
function oklch(name: string, scheme: Scheme): Oklch {
  const [, light, dark] =
    new RegExp(`--${name}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`).exec(css) ?? [];
  const [l = NaN, c = NaN, h = NaN] = ((scheme === "light" ? light : dark) ?? "").split(" ").map(Number);
  return [l, c, h];
}

it.each(
  ["canvas", "surface", "raised", "sunken"].flatMap((ground) =>
    schemes.map((scheme) => [ground, scheme] as const),
  ),
)("the focus ring stands out 3:1 from %s in the %s scheme", (ground, scheme) => {
  expect(contrast(oklch("ring", scheme), oklch(ground, scheme))).toBeGreaterThanOrEqual(3);
});
