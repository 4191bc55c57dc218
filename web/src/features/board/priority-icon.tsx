import type { Priority } from "@/lib/api-types";
import { priorityName } from "@/lib/words";

const filled: Readonly<Record<Exclude<Priority, "none">, number>> = { low: 1, medium: 2, high: 3, urgent: 4 };

/** The bars from the shortest: 3 wide, 1.5 apart, round at their corners, on one line. */
const bars = [1, 2, 3, 4].map(
  (n) =>
    `M${(n - 1) * 4.5} ${12 - n * 2.6}a1 1 0 0 1 1-1h1a1 1 0 0 1 1 1v${n * 2.6}a1 1 0 0 1-1 1h-1a1 1 0 0 1-1-1z`,
);

/** Four bars that fill with the urgency; nothing for no priority. */
export function PriorityIcon({ priority }: { priority: Priority }) {
  if (priority === "none") return null;
  const count = filled[priority];
  return (
    <svg
      role="img"
      aria-label={`Priority: ${priorityName[priority]}`}
      width="17"
      height="14"
      viewBox="0 0 17 14"
      fill="currentColor"
      className={priority === "urgent" ? "text-danger" : "text-ink-soft"}
    >
      <title>{priorityName[priority]}</title>
      <path d={bars.slice(0, count).join("")} />
      {count < bars.length && <path d={bars.slice(count).join("")} opacity="0.22" />}
    </svg>
  );
}
