import type { MouseEvent } from "react";
import { Avatar } from "@/components/avatar";
import type { Member, Task } from "@/lib/api-types";
import { ago, statusDot, statusName } from "@/lib/words";
import { CommentCount } from "./comment-count";
import { Due } from "./due";
import { PriorityIcon } from "./priority-icon";
import { useTaskName } from "./task-names";

/** Status, number, title, priority, due, updated, assignee; on a phone what there is room for. */
const COLUMNS =
  "grid-cols-[auto_minmax(0,1fr)_auto] sm:grid-cols-[0.75rem_4.5rem_minmax(0,1fr)_4rem_5.5rem_1.5rem] md:grid-cols-[0.75rem_4.5rem_minmax(0,1fr)_4rem_5.5rem_6.5rem_1.5rem]";
const SELECTABLE_COLUMNS =
  "grid-cols-[1.5rem_auto_minmax(0,1fr)_auto] sm:grid-cols-[1.5rem_0.75rem_4.5rem_minmax(0,1fr)_4rem_5.5rem_1.5rem] md:grid-cols-[1.5rem_0.75rem_4.5rem_minmax(0,1fr)_4rem_5.5rem_6.5rem_1.5rem]";

/** The columns of a row; before the others that of the boxes, where rows can be selected. */
export const listColumns = (selectable: boolean): string => (selectable ? SELECTABLE_COLUMNS : COLUMNS);

interface Props {
  task: Task;
  assignee: Member | undefined;
  tabbable: boolean;
  /** Undefined where nothing can be selected. */
  selected: boolean | undefined;
  onOpen: () => void;
  onToggle: () => void;
  /** Selects everything from the last one chosen to this one. */
  onExtend: () => void;
}

/** One task on one line; on a phone on two. A click opens it, with Shift or Ctrl it selects. */
export function ListRow({ task, assignee, tabbable, selected, onOpen, onToggle, onExtend }: Props) {
  const { title, status, priority, labels, due, updatedAt, comments } = task;
  const name = useTaskName()(task);
  const press = (event: MouseEvent, otherwise: () => void) => {
    if (selected === undefined) otherwise();
    else if (event.shiftKey) onExtend();
    else if (event.ctrlKey || event.metaKey) onToggle();
    else otherwise();
  };
  return (
    <div
      data-task={task.id}
      className={`group relative grid min-h-11 items-center gap-x-3 border-b border-line px-3 py-2 sm:px-4 ${listColumns(selected !== undefined)} ${
        selected === true ? "bg-accent-wash" : "hover:bg-sunken"
      }`}
    >
      {selected !== undefined && (
        <span role="cell" className="flex">
          <input
            type="checkbox"
            aria-label={`Select ${name}`}
            tabIndex={tabbable ? 0 : -1}
            checked={selected}
            onChange={() => undefined} // the click says more: whether Shift was held
            onClick={(event) => press(event, onToggle)}
            className="check relative z-10"
          />
        </span>
      )}
      <span role="cell" title={statusName[status]} className="flex">
        <span className={`size-2.5 shrink-0 rounded-full ${statusDot[status]}`} />
        <span className="sr-only">{statusName[status]}</span>
      </span>
      <span role="cell" className="text-sm text-ink-faint tabular-nums max-sm:hidden">
        {name}
      </span>
      <span role="cell" className="flex min-w-0 items-center gap-2">
        <button
          type="button"
          data-title
          dir="auto"
          tabIndex={tabbable ? 0 : -1}
          onMouseDown={(event) => event.shiftKey && event.preventDefault()} // no text is selected on the way
          onClick={(event) => press(event, onOpen)}
          className="min-w-0 flex-1 truncate text-start font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
        >
          {title}
        </button>
        <CommentCount comments={comments} />
        <Labels labels={labels} />
      </span>
      <span className="flex items-center gap-3 text-xs text-ink-soft max-sm:col-start-[-3] max-sm:row-start-2 sm:contents">
        <span aria-hidden className="text-ink-faint sm:hidden">
          {name}
        </span>
        <span role="cell" className="flex">
          <PriorityIcon priority={priority} />
        </span>
        <span role="cell" className="text-xs text-ink-soft">
          {due !== null && <Due date={due} done={status === "done"} />}
        </span>
        <span role="cell" className="text-xs text-ink-faint max-md:hidden">
          <time dateTime={updatedAt}>{ago(updatedAt)}</time>
        </span>
      </span>
      <span role="cell" className="flex w-6 justify-end max-sm:col-start-[-2] max-sm:row-start-1">
        {assignee && <Avatar id={assignee.userId} name={assignee.name} />}
      </span>
    </div>
  );
}

function Labels({ labels }: { labels: readonly string[] }) {
  return (
    <span className="flex shrink-0 gap-1 text-xs text-ink-soft max-lg:hidden">
      {labels.slice(0, 2).map((label) => (
        <span
          key={label}
          className="max-w-28 truncate rounded-sm bg-sunken px-1.5 ring-1 ring-line ring-inset"
        >
          {label}
        </span>
      ))}
      {labels.length > 2 && <span className="text-ink-faint">+{labels.length - 2}</span>}
    </span>
  );
}
