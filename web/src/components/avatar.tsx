import { coloursOf } from "./avatar-colour";

/** The first letters of the first and last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = "?"] = words;
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return ([...first][0] ?? "").concat([...last][0] ?? "").toLocaleUpperCase();
}

interface Props {
  id: string;
  name: string;
  size?: "sm" | "md";
}

export function Avatar({ id, name, size = "sm" }: Props) {
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      style={coloursOf(id)}
      className={`inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none ${
        size === "sm" ? "size-6 text-2xs" : "size-8 text-xs"
      }`}
    >
      {initials(name)}
    </span>
  );
}
