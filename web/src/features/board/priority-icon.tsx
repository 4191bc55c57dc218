import type { Priority } from "@/lib/api-types";
import { priorityName } from "@/lib/words";

const bars: Readonly<Record<Exclude<Priority, "none">, number>> = { low: 1, medium: 2, high: 3, urgent: 4 };

/** Four bars that fill with the urgency; nothing for no priority. */
export function PriorityIcon({ priority }: { priority: Priority }) {
  if (priority === "none") return null;
  const label = `Priority: ${priorityName[priority]}`;
  return (
    <svg
      role="img"
      aria-label={label}
      width="17"
      height="14"
      viewBox="0 0 17 14"
      className={priority === "urgent" ? "text-danger" : "text-ink-soft"}
    >
      <title>{priorityName[priority]}</title>
      {[1, 2, 3, 4].map((n) => (
        <rect
          key={n}
          x={(n - 1) * 4.5}
          y={11 - n * 2.6}
          width="3"
          height={n * 2.6 + 2}
          rx="1"
          fill="currentColor"
          opacity={n <= bars[priority] ? 1 : 0.22}
        />
      ))}
    </svg>
  );
}
