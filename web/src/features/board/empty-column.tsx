import { Plus } from "lucide-react";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button";
import type { Status, TaskFilter } from "@/lib/api-types";
import { isFiltered, withFilter } from "@/lib/filters";

interface Props {
  status: Status;
  filter: TaskFilter;
  /** Absent for who may only read. */
  onCreate?: () => void;
}

const words: Readonly<Record<Status, string>> = {
  todo: "Nothing waits here. Add what comes next.",
  in_progress: "Nobody is on anything yet. Drag a task here when you start it.",
  done: "What you finish gathers here.",
};

const readOnly: Readonly<Record<Status, string>> = {
  todo: "Nothing waits here.",
  in_progress: "Nobody is on anything yet.",
  done: "Nothing is finished yet.",
};

/** A column without cards: what belongs here, and the one thing to do about it. */
export function EmptyColumn({ status, filter, onCreate }: Props) {
  const [params, setParams] = useSearchParams();
  const filtered = isFiltered(filter);
  return (
    <div className="mx-auto grid max-w-60 justify-items-center gap-3 px-2 py-10 text-center text-sm text-ink-faint">
      <p>{filtered ? "No match here." : onCreate ? words[status] : readOnly[status]}</p>
      {filtered ? (
        <Button small onClick={() => setParams(withFilter(params, {}), { replace: true })}>
          Show all tasks
        </Button>
      ) : (
        onCreate && (
          <Button small saves onClick={onCreate}>
            <Plus size={14} aria-hidden />
            Add a task
          </Button>
        )
      )}
    </div>
  );
}
