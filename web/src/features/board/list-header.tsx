import { ArrowDown, ArrowUp } from "lucide-react";
import { listColumns } from "./list-row";
import type { Sort } from "./tasks-query";

interface Column {
  label: string;
  /** Where there is no room for it. */
  className?: string;
  /** The orders its header switches between, the more useful first; none: it cannot be sorted by. */
  sorts?: readonly [Sort, Sort?];
  hidden?: boolean;
}

const columns: readonly Column[] = [
  { label: "Status", hidden: true },
  { label: "Number", sorts: ["-createdAt", "createdAt"] },
  { label: "Title" },
  { label: "Priority", sorts: ["-priority", "priority"] },
  { label: "Due", sorts: ["dueDate", "-dueDate"] },
  { label: "Updated", sorts: ["-updatedAt"], className: "max-md:hidden" },
  { label: "Assignee", hidden: true },
];

interface Props {
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** How many rows are selected; undefined where nothing can be. */
  selected: "none" | "some" | "all" | undefined;
  onSelectAll: () => void;
  onSelectNone: () => void;
}

/** The names of a list's columns; most of them sort it. A phone has a field for that instead. */
export function ListHeader({ sort, onSort, selected, onSelectAll, onSelectNone }: Props) {
  return (
    <div role="rowgroup" className="max-sm:hidden">
      <div
        role="row"
        aria-rowindex={1}
        className={`grid min-h-9 items-center gap-x-3 border-b border-line px-3 text-xs text-ink-soft sm:px-4 ${listColumns(selected !== undefined)}`}
      >
        {selected !== undefined && (
          <span role="columnheader" className="flex">
            <input
              type="checkbox"
              aria-label="Select all that are loaded"
              checked={selected === "all"}
              ref={(box) => {
                if (box) box.indeterminate = selected === "some";
              }}
              onChange={selected === "none" ? onSelectAll : onSelectNone}
              className="check"
            />
          </span>
        )}
        {columns.map((column) => (
          <Header key={column.label} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

interface HeaderProps {
  column: Column;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

function Header({ column: { label, sorts, hidden = false, className = "" }, sort, onSort }: HeaderProps) {
  if (!sorts) {
    return (
      <span role="columnheader" className={className}>
        <span className={hidden ? "sr-only" : ""}>{label}</span>
      </span>
    );
  }
  const [first, second] = sorts;
  const current = sort === first || sort === second;
  const descending = sort.startsWith("-");
  const Arrow = descending ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      aria-sort={current ? (descending ? "descending" : "ascending") : "none"}
      className={`flex ${className}`}
    >
      <button
        type="button"
        title={`Sort by ${label.toLowerCase()}`}
        onClick={() => onSort(sort === first && second ? second : first)}
        className={`-mx-1 inline-flex min-h-7 items-center gap-1 rounded-sm px-1 hover:text-ink ${current ? "font-semibold text-ink" : ""}`}
      >
        {label}
        {current && <Arrow size={12} aria-hidden />}
      </button>
    </span>
  );
}
