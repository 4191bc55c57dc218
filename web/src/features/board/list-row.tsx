import { Avatar } from "@/components/avatar";
import type { Member, Task } from "@/lib/api-types";
import { ago, statusDot, statusName, taskName } from "@/lib/words";
import { Due } from "./due";
import { PriorityIcon } from "./priority-icon";

interface Props {
  task: Task;
  assignee: Member | undefined;
  tabbable: boolean;
  onOpen: () => void;
}

/** One task on one line; on a phone on two. */
export function ListRow({ task, assignee, tabbable, onOpen }: Props) {
  const { number, title, status, priority, labels, due, updatedAt } = task;
  return (
    <div
      data-task={task.id}
      className="relative grid min-h-11 grid-cols-[auto_1fr_auto] items-center gap-x-3 border-b border-line px-3 py-2 hover:bg-sunken sm:flex sm:px-4"
    >
      <span title={statusName[status]} className={`size-2.5 shrink-0 rounded-full ${statusDot[status]}`}>
        <span className="sr-only">{statusName[status]}</span>
      </span>
      <span className="w-16 shrink-0 text-sm text-ink-faint tabular-nums max-sm:hidden">
        {taskName(number)}
      </span>
      <button
        type="button"
        data-title
        dir="auto"
        tabIndex={tabbable ? 0 : -1}
        onClick={onOpen}
        className="min-w-0 flex-1 truncate text-start font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
      >
        {title}
      </button>
      <span className="flex shrink-0 items-center gap-3 text-xs text-ink-soft max-sm:col-start-2 max-sm:row-start-2 max-sm:justify-self-start">
        <span className="text-ink-faint sm:hidden">{taskName(number)}</span>
        {labels.slice(0, 2).map((label) => (
          <span
            key={label}
            className="max-w-28 truncate rounded-sm bg-sunken px-1.5 ring-1 ring-line ring-inset max-lg:hidden"
          >
            {label}
          </span>
        ))}
        {labels.length > 2 && <span className="text-ink-faint max-lg:hidden">+{labels.length - 2}</span>}
        <PriorityIcon priority={priority} />
        {due !== null && <Due date={due} done={status === "done"} />}
        <time dateTime={updatedAt} className="w-24 text-right text-ink-faint max-md:hidden">
          {ago(updatedAt)}
        </time>
      </span>
      <span className="flex w-6 shrink-0 justify-end max-sm:col-start-3 max-sm:row-start-1">
        {assignee && <Avatar id={assignee.userId} name={assignee.name} />}
      </span>
    </div>
  );
}
