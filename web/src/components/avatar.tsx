/** The first letters of the first and last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = "?"] = words;
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return ([...first][0] ?? "").concat([...last][0] ?? "").toLocaleUpperCase();
}

const hues = [35, 62, 95, 150, 205, 255, 310, 355];

/** A hue that stays with an id, so that a person keeps one colour everywhere. */
function hueOf(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return hues[sum % hues.length] ?? 62;
}

interface Props {
  id: string;
  name: string;
  size?: "sm" | "md";
}

export function Avatar({ id, name, size = "sm" }: Props) {
  const hue = hueOf(id);
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      style={{
        background: `light-dark(oklch(0.9 0.05 ${hue}), oklch(0.4 0.06 ${hue}))`,
        color: `light-dark(oklch(0.36 0.08 ${hue}), oklch(0.93 0.04 ${hue}))`,
      }}
      className={`inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none ${
        size === "sm" ? "size-6 text-2xs" : "size-8 text-xs"
      }`}
    >
      {initials(name)}
    </span>
  );
}
