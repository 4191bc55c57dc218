import type { Edge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/types";
import { memo, useEffect, useRef, useState } from "react";
import { Avatar } from "@/components/avatar";
import type { Member, Task, TaskId } from "@/lib/api-types";
import type { Placement } from "./use-move-task";
import { afterPaint } from "./after-paint";
import { CardIcon } from "./card-icon";
import { CardMenu } from "./card-menu";
import { CommentCount } from "./comment-count";
import { draggableCard } from "./drag";
import { Due } from "./due";
import { PriorityIcon } from "./priority-icon";
import { useTaskName } from "./task-names";

/** The id of the sentence that tells how cards are moved by keyboard; the board holds it once. */
export const BOARD_HELP = "board-help";

interface Props {
  task: Task;
  assignee: Member | undefined;
  canEdit: boolean;
  /** Picked up with the keyboard. */
  lifted: boolean;
  /** One card of a column is in the tab order; arrows reach the others. */
  tabbable: boolean;
  onOpen: (task: TaskId) => void;
  onMove: (placement: Placement) => void;
  onDragging: (task: TaskId) => void;
}

const lines = "M21 5H3M15 12H3M17 19H3";

/** Beyond these a card says only how many there are; a column is for scanning. */
const LABELS_SHOWN = 4;

/**
 * How high a card is whose title takes one line and whose labels take one, in
 * pixels; the journey `scale` compares it with what Chromium makes of a card.
 */
export const cardHeight = (task: Task | undefined): number => (task?.labels.length ? 99 : 73);

/** One card. Memoised: a live event re-renders the cards it is about and no others. */
export const TaskCard = memo(function TaskCard(props: Props) {
  const { task, assignee, canEdit, lifted, tabbable, onOpen, onMove, onDragging } = props;
  const { id, status, labels } = task;
  const nameOf = useTaskName();
  const card = useRef<HTMLDivElement>(null);
  const [dragging, setDragging] = useState(false);
  const [edge, setEdge] = useState<Edge>();

  useEffect(() => {
    if (!card.current || !canEdit) return;
    const element = card.current;
    let undo: (() => void) | undefined;
    const callOff = afterPaint(() => {
      undo = draggableCard(element, id, status, {
        onDragging: (now) => {
          setDragging(now);
          if (now) onDragging(id);
        },
        onEdge: setEdge,
      });
    });
    return () => {
      callOff();
      undo?.();
      // Held when it may no longer be moved: nobody will tell that it was dropped.
      setDragging(false);
      setEdge(undefined);
    };
  }, [id, status, canEdit, onDragging]);

  return (
    <div
      ref={card}
      data-task={id}
      data-lifted={lifted || undefined}
      className={`group relative flex flex-col gap-2 rounded-lg border bg-surface px-3 py-2.5 transition-[opacity,box-shadow] duration-100 ${
        lifted ? "border-accent shadow-2 ring-2 ring-accent" : "border-line shadow-1 hover:border-line-strong"
      } ${dragging ? "opacity-40" : ""} ${canEdit ? "cursor-grab active:cursor-grabbing" : ""}`}
    >
      {edge && <DropLine edge={edge} />}
      <button
        type="button"
        data-title
        tabIndex={tabbable ? 0 : -1}
        aria-describedby={canEdit ? BOARD_HELP : undefined}
        onClick={() => onOpen(id)}
        className="rounded-sm pr-6 text-start leading-snug font-medium break-words after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-ring"
      >
        <span dir="auto" className="line-clamp-4">
          {task.title}
        </span>
      </button>
      {labels.length > 0 && <Labels labels={labels} />}
      <div className="flex min-h-6 items-center gap-3 text-xs text-ink-soft">
        <span className="text-ink-faint tabular-nums">{nameOf(task)}</span>
        <PriorityIcon priority={task.priority} />
        {task.due !== null && <Due date={task.due} done={status === "done"} />}
        {task.description !== "" && (
          <span title="Has a description" className="flex">
            <CardIcon size={14} d={lines} />
            <span className="sr-only">Has a description</span>
          </span>
        )}
        <CommentCount comments={task.comments} />
        {assignee && (
          <span className="ml-auto flex">
            <Avatar id={assignee.userId} name={assignee.name} />
          </span>
        )}
      </div>
      {canEdit && <CardMenu task={task} tabbable={tabbable} onMove={onMove} />}
    </div>
  );
});

function Labels({ labels }: { labels: readonly string[] }) {
  return (
    <ul aria-label="Labels" className="flex flex-wrap gap-1">
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
  );
}

function DropLine({ edge }: { edge: Edge }) {
  return (
    <span
      aria-hidden
      className={`pointer-events-none absolute inset-x-0 h-0.5 rounded-full bg-accent ${edge === "top" ? "-top-[5px]" : "-bottom-[5px]"}`}
    />
  );
}
