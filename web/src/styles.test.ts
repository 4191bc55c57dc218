import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const css = readFileSync("src/styles.css", "utf8");

const schemes = ["light", "dark"] as const;
type Scheme = (typeof schemes)[number];

/** A colour of the palette as lightness, chroma and hue in degrees (CSS Color 4 §9.3). */
function oklch(name: string, scheme: Scheme): [number, number, number] {
  const [, light, dark] =
    new RegExp(`--${name}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`).exec(css) ?? [];
  const [l = NaN, c = NaN, h = NaN] = ((scheme === "light" ? light : dark) ?? "").split(" ").map(Number);
  return [l, c, h];
}

/** Relative luminance, 0 to 1 (WCAG 2.2): OKLCH by way of LMS to linear sRGB, with Ottosson's matrices. */
function luminance([l, c, h]: [number, number, number]): number {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const inGamut = (part: number) => Math.min(1, Math.max(0, part));
  const red = inGamut(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = inGamut(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = inGamut(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, scheme: Scheme): number {
  const [dark = NaN, light = NaN] = [one, other]
    .map((name) => luminance(oklch(name, scheme)))
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

it.each(
  ["canvas", "surface", "raised", "sunken"].flatMap((ground) =>
    schemes.map((scheme) => [ground, scheme] as const),
  ),
)("the focus ring stands out 3:1 from %s in the %s scheme", (ground, scheme) => {
  expect(contrast("ring", ground, scheme)).toBeGreaterThanOrEqual(3);
});
