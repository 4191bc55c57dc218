/** Which colour stands for a person: the same one everywhere, and seldom that of a colleague. */

/** Lightness and chroma, in OKLCH, of a ground and of the letters on it. */
type Tone = readonly [ground: string, letters: string];

const HUES = 12;

/** Pale, middling and strong in the light scheme, the other way about in the dark one. */
const tones: readonly { light: Tone; dark: Tone }[] = [
  { light: ["0.91 0.04", "0.36 0.08"], dark: ["0.36 0.06", "0.92 0.05"] },
  { light: ["0.79 0.1", "0.26 0.06"], dark: ["0.52 0.09", "0.99 0.01"] },
  { light: ["0.46 0.09", "0.97 0.02"], dark: ["0.74 0.09", "0.2 0.05"] },
];

export interface Colours {
  background: string;
  color: string;
}

/** Every pair of colours there is. */
export const palette: readonly Colours[] = tones.flatMap(({ light, dark }) =>
  Array.from({ length: HUES }, (_, n) => {
    const hue = 15 + (n * 360) / HUES;
    const colour = (part: 0 | 1) => `light-dark(oklch(${light[part]} ${hue}), oklch(${dark[part]} ${hue}))`;
    return { background: colour(0), color: colour(1) };
  }),
);

export function coloursOf(id: string): Colours {
  return palette[hash(id) % palette.length] as Colours;
}

/** FNV-1a, and MurmurHash3's last step, for the low bits of ids that differ in few letters. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
