import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, IconButton } from "@/components/button";
import type { Member, Project, Status, TaskId } from "@/lib/api-types";
import type { Column as ColumnState } from "@/lib/board/board-state";
import { countOf, statusDot, statusName } from "@/lib/words";
import { useLoadMore, type Placement } from "./board-api";
import { columnDropTarget } from "./drag";
import { TaskCard } from "./task-card";

interface Props {
  project: Project;
  status: Status;
  column: ColumnState;
  members: readonly Member[];
  canEdit: boolean;
  onOpen: (task: TaskId) => void;
  onMove: (placement: Placement) => void;
  onCreate: () => void;
}

export function Column({ project, status, column, members, canEdit, onOpen, onMove, onCreate }: Props) {
  const name = statusName[status];
  const { items, nextCursor } = column;
  const region = useRef<HTMLElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (!region.current || !canEdit) return;
    return columnDropTarget(region.current, list.current, status, setOver);
  }, [status, canEdit]);

  return (
    <section
      ref={region}
      aria-label={name}
      className={`flex w-[85vw] shrink-0 snap-start flex-col rounded-xl bg-sunken transition-shadow duration-100 sm:w-80 lg:w-auto lg:min-w-0 lg:flex-1 ${over ? "ring-2 ring-ring ring-inset" : ""}`}
    >
      <header className="flex h-11 shrink-0 items-center gap-2 pr-1.5 pl-3.5">
        <span aria-hidden className={`size-2.5 rounded-full ${statusDot[status]}`} />
        <h2 className="font-sans text-sm font-semibold tracking-normal">{name}</h2>
        <span className="text-sm text-ink-faint tabular-nums">
          {countOf(project.counts, status).toLocaleString("en")}
          <span className="sr-only"> tasks</span>
        </span>
        {canEdit && (
          <IconButton label={`Add to ${name}`} onClick={onCreate} className="ml-auto size-8!">
            <Plus size={16} aria-hidden />
          </IconButton>
        )}
      </header>
      <ol
        ref={list}
        aria-label={`${name} tasks`}
        className="flex min-h-0 grow flex-col gap-2 overflow-y-auto overscroll-contain px-2 pb-2"
      >
        {items.map((task, index) => (
          <TaskCard
            key={task.id}
            task={task}
            assignee={members.find((member) => member.userId === task.assignee)}
            index={index}
            last={index === items.length - 1}
            canEdit={canEdit}
            onOpen={onOpen}
            onMove={onMove}
          />
        ))}
        {items.length === 0 && (
          <li className="mx-auto px-6 py-10 text-center text-sm text-ink-faint">{emptyWords[status]}</li>
        )}
        {nextCursor !== undefined && <More project={project} status={status} cursor={nextCursor} />}
      </ol>
    </section>
  );
}

const emptyWords: Readonly<Record<Status, string>> = {
  todo: "Nothing waits here. Add what comes next.",
  in_progress: "Nobody is on anything yet. Drag a task here when you start it.",
  done: "What you finish gathers here.",
};

/** Loads the next page when scrolled near, and by a button for those who do not scroll. */
function More({ project, status, cursor }: { project: Project; status: Status; cursor: string }) {
  const { mutate, isPending, isError } = useLoadMore(project.id, status);
  const item = useRef<HTMLLIElement>(null);

  useEffect(() => {
    if (!item.current || isError) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) mutate(cursor);
      },
      { rootMargin: "400px" },
    );
    observer.observe(item.current);
    return () => observer.disconnect();
  }, [cursor, mutate, isError]);

  return (
    <li ref={item} className="grid justify-items-center gap-1 py-1 text-sm">
      {isError && <span className="text-danger">The next tasks did not load.</span>}
      <Button look="quiet" small busy={isPending} onClick={() => mutate(cursor)}>
        {isError ? "Retry" : "Show more"}
      </Button>
    </li>
  );
}
