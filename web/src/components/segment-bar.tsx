import type { Counts } from "@/lib/api-types";
import { countOf, statusDot, statuses, totalOf } from "@/lib/words";

/** The share of each status as one bar. Decoration: the numbers stand beside it. */
export function SegmentBar({ counts }: { counts: Counts }) {
  const total = totalOf(counts);
  return (
    <div aria-hidden className="flex h-1.5 gap-0.5 overflow-hidden rounded-full bg-line">
      {total > 0 &&
        statuses.map((status) => {
          const count = countOf(counts, status);
          return count === 0 ? null : (
            <div
              key={status}
              style={{ flexGrow: count }}
              className={`min-w-1 transition-[flex-grow] duration-300 ${statusDot[status]}`}
            />
          );
        })}
    </div>
  );
}
