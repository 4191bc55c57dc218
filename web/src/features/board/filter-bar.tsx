import { useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ListFilter, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { currentQuery } from "@/lib/address";
import { Button } from "@/components/button";
import { SearchField } from "@/components/search-field";
import type { TaskFilter } from "@/lib/api-types";
import { boardQuery } from "@/lib/board/board-query";
import { tasksOf, type BoardState } from "@/lib/board/board-state";
import { filterFrom, isFiltered, thisWeek, withFilter } from "@/lib/filters";
import { SortChoice } from "./sort-choice";
import { sortFrom, withSort } from "./tasks-query";
import { useClearFilters } from "./use-clear-filters";
import { priorities, priorityName, statuses, statusName } from "@/lib/words";

interface Props {
  board: BoardState;
  view: "board" | "list";
}

/** Narrows both views. What is chosen stands in the address, so that it can be sent to others and survives a reload. */
export function FilterBar({ board, view }: Props) {
  const [params, setParams] = useSearchParams();
  const [unfolded, setUnfolded] = useState(false);
  const filter = filterFrom(params);
  const set = (change: Partial<Record<keyof TaskFilter, string>>) => {
    const now = currentQuery(); // a search is asked for when the typing pauses: a task may have been opened
    setParams(withFilter(now, { ...filterFrom(now), ...change } as TaskFilter), { replace: true });
  };
  const clear = useClearFilters();

  const week = thisWeek();
  const due = new Map([
    ["overdue", "Overdue"],
    [week, "Next 7 days"],
    ["none", "No due date"],
  ]);
  if (filter.due && !due.has(filter.due)) due.set(filter.due, filter.due.replace("..", " to "));
  const labels = useLabels(board);
  // A board has a column for each status; the choice shows where its list has made one, and then
  // stays, for the focus may be in it.
  const [statusAt, setStatusAt] = useState<Props["view"]>();
  if (filter.status && statusAt !== view) setStatusAt(view);
  const chosen = Object.keys(filter).filter((name) => name !== "q").length;

  return (
    <>
      <SearchField
        label="Search the tasks"
        value={filter.q ?? ""}
        onChange={(q) => set({ q })}
        className="max-sm:min-w-0 max-sm:flex-1 sm:w-44"
      />
      <Button
        small
        look="quiet"
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
        className="lg:hidden"
      >
        <ListFilter size={15} aria-hidden />
        Filters{chosen > 0 ? `: ${chosen}` : ""}
      </Button>
      <div className={`flex flex-wrap items-center gap-1.5 ${unfolded ? "" : "max-lg:hidden"}`}>
        {(view === "list" || statusAt === view) && (
          <Choice label="Status" value={filter.status} onChange={(status) => set({ status })}>
            {statuses.map((status) => (
              <option key={status} value={status}>
                {statusName[status]}
              </option>
            ))}
          </Choice>
        )}
        <Choice label="Assignee" value={filter.assignee} onChange={(assignee) => set({ assignee: assignee })}>
          <option value="none">Nobody</option>
          {board.members.map(({ userId, name }) => (
            <option key={userId} value={userId}>
              {name}
            </option>
          ))}
        </Choice>
        <Choice label="Priority" value={filter.priority} onChange={(priority) => set({ priority })}>
          {priorities.map((priority) => (
            <option key={priority} value={priority}>
              {priorityName[priority]}
            </option>
          ))}
        </Choice>
        <Choice label="Label" value={filter.label} onChange={(label) => set({ label })}>
          {labels.map((label) => (
            <option key={label}>{label}</option>
          ))}
          {labels.length === 0 && <option disabled>No labels yet</option>}
        </Choice>
        <Choice label="Due" value={filter.due} onChange={(value) => set({ due: value })}>
          {[...due].map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Choice>
        {view === "list" && (
          <SortChoice
            value={sortFrom(params)}
            onChange={(sort) => setParams(withSort(params, sort), { replace: true })}
          />
        )}
        {/* Its place is kept, so that nothing moves when it comes. */}
        <Button
          small
          look="quiet"
          aria-label="Clear filters"
          onClick={({ currentTarget }) => {
            currentTarget.parentElement?.querySelector("select")?.focus();
            clear();
          }}
          className={isFiltered(filter) ? "" : "invisible"}
        >
          <X size={14} aria-hidden />
          Clear
        </Button>
      </div>
    </>
  );
}

/** Every label met so far, for a filtered board no longer tells them all. */
function useLabels(board: BoardState): string[] {
  const whole = useQueryClient().getQueryData(boardQuery(board.project.id).queryKey);
  const [met, setMet] = useState<ReadonlySet<string>>(new Set());
  const now = [board, ...(whole && whole !== board ? [whole] : [])]
    .flatMap(tasksOf)
    .flatMap(({ labels }) => labels);
  const all = new Set([...met, ...now, ...(board.filter.label ? [board.filter.label] : [])]);
  if (all.size > met.size) setMet(all);
  return [...all].sort();
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <span className="relative inline-block">
      <select
        aria-label={label}
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value)}
        className={`min-h-8 w-30 cursor-pointer appearance-none truncate rounded-md border py-0.5 pr-7 pl-2.5 text-sm ${
          value
            ? "border-accent bg-accent-wash font-medium text-ink"
            : "border-line bg-surface text-ink-soft hover:border-line-strong hover:text-ink"
        }`}
      >
        <option value="">{value ? `Any ${label.toLowerCase()}` : label}</option>
        {children}
      </select>
      <ChevronDown
        size={14}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2 my-auto text-ink-faint"
      />
    </span>
  );
}
