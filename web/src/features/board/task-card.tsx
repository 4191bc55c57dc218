import type { Edge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/types";
import { CalendarDays } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { Avatar } from "@/components/avatar";
import type { Member, Task, TaskId } from "@/lib/api-types";
import { shortDate, taskName, today } from "@/lib/words";
import type { Placement } from "./board-api";
import { CardMenu } from "./card-menu";
import { draggableCard } from "./drag";
import { PriorityIcon } from "./priority-icon";

interface Props {
  task: Task;
  assignee: Member | undefined;
  index: number;
  last: boolean;
  canEdit: boolean;
  onOpen: (task: TaskId) => void;
  onMove: (placement: Placement) => void;
}

/** Beyond these a card says only how many there are; a column is for scanning. */
const LABELS_SHOWN = 4;

/** One card. Memoised: a live event re-renders the cards it is about and no others. */
export const TaskCard = memo(function TaskCard({
  task,
  assignee,
  index,
  last,
  canEdit,
  onOpen,
  onMove,
}: Props) {
  const { id, status, labels } = task;
  const card = useRef<HTMLLIElement>(null);
  const [dragging, setDragging] = useState(false);
  const [edge, setEdge] = useState<Edge>();

  useEffect(() => {
    if (!card.current || !canEdit) return;
    return draggableCard(card.current, id, status, { onDragging: setDragging, onEdge: setEdge });
  }, [id, status, canEdit]);

  return (
    <li
      ref={card}
      data-task={id}
      className={`group relative flex flex-col gap-2 rounded-lg border border-line bg-surface px-3 py-2.5 shadow-1 transition-[border-color,opacity] duration-100 hover:border-line-strong ${
        dragging ? "opacity-40" : ""
      } ${canEdit ? "cursor-grab active:cursor-grabbing" : ""}`}
    >
      {edge && <DropLine edge={edge} />}
      <button
        type="button"
        data-title
        onClick={() => onOpen(id)}
        className="rounded-sm pr-6 text-left leading-snug font-medium break-words after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-ring"
      >
        <span className="line-clamp-4">{task.title}</span>
      </button>
      {labels.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {labels.slice(0, LABELS_SHOWN).map((label) => (
            <li
              key={label}
              className="max-w-full truncate rounded-sm bg-sunken px-1.5 text-xs text-ink-soft ring-1 ring-line ring-inset"
            >
              {label}
            </li>
          ))}
          {labels.length > LABELS_SHOWN && (
            <li title={labels.slice(LABELS_SHOWN).join(", ")} className="px-1 text-xs text-ink-faint">
              +{labels.length - LABELS_SHOWN}
              <span className="sr-only"> more labels</span>
            </li>
          )}
        </ul>
      )}
      <div className="flex min-h-6 items-center gap-3 text-xs text-ink-soft">
        <span className="text-ink-faint tabular-nums">{taskName(task.number)}</span>
        <PriorityIcon priority={task.priority} />
        {task.due !== null && <Due date={task.due} done={status === "done"} />}
        {assignee && (
          <span className="ml-auto flex">
            <Avatar id={assignee.userId} name={assignee.name} />
          </span>
        )}
      </div>
      {canEdit && <CardMenu task={task} index={index} last={last} onMove={onMove} />}
    </li>
  );
});

function DropLine({ edge }: { edge: Edge }) {
  return (
    <span
      aria-hidden
      className={`pointer-events-none absolute inset-x-0 h-0.5 rounded-full bg-accent ${edge === "top" ? "-top-[5px]" : "-bottom-[5px]"}`}
    />
  );
}

function Due({ date, done }: { date: string; done: boolean }) {
  const late = !done && date < today();
  return (
    <span className={`inline-flex items-center gap-1 ${late ? "font-medium text-danger" : ""}`}>
      <CalendarDays size={13} aria-hidden />
      <span className="sr-only">{late ? "Overdue since" : "Due"}</span>
      <time dateTime={date}>{shortDate(date)}</time>
    </span>
  );
}
