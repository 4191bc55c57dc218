import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "@/components/button";
import { Region } from "@/components/region";
import type { Member, Project, Status, TaskFilter, TaskId } from "@/lib/api-types";
import type { Column as ColumnState } from "@/lib/board/board-state";
import { isFiltered } from "@/lib/filters";
import { countOf, statusDot, statusName } from "@/lib/words";
import type { Placement } from "./use-move-task";
import { ColumnList } from "./column-list";
import { columnDropTarget } from "./drag";

interface Props {
  project: Project;
  filter: TaskFilter;
  status: Status;
  column: ColumnState;
  members: readonly Member[];
  canEdit: boolean;
  lifted: TaskId | undefined;
  onOpen: (task: TaskId) => void;
  onMove: (placement: Placement) => void;
  onCreate: (status: Status) => void;
}

export function Column(props: Props) {
  const { project, filter, status, column, members, canEdit, lifted, onOpen, onMove, onCreate } = props;
  const name = statusName[status];
  const count = isFiltered(filter) ? column.items.length : countOf(project.counts, status);
  const region = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (!region.current || !canEdit) return;
    return columnDropTarget(region.current, scroller.current, status, setOver);
  }, [status, canEdit]);

  return (
    <section
      ref={region}
      aria-label={name}
      className={`flex w-[85vw] shrink-0 snap-start flex-col rounded-xl bg-sunken sm:w-80 lg:w-auto lg:min-w-0 lg:flex-1 ${over ? "ring-2 ring-ring ring-inset" : ""}`}
    >
      <header className="flex h-11 shrink-0 items-center gap-2 pr-1.5 pl-3.5">
        <span aria-hidden className={`size-2.5 rounded-full ${statusDot[status]}`} />
        <h2 className="font-sans text-sm font-semibold tracking-normal">{name}</h2>
        <span className="text-sm text-ink-faint tabular-nums">
          {isFiltered(filter) && column.nextCursor !== undefined ? (
            <>
              {count}+<span className="sr-only"> tasks</span>
            </>
          ) : (
            <>
              {count.toLocaleString("en")}
              <span className="sr-only"> {count === 1 ? "task" : "tasks"}</span>
            </>
          )}
        </span>
        {canEdit && (
          <IconButton label={`Add to ${name}`} onClick={() => onCreate(status)} className="ml-auto size-8!">
            <Plus size={16} aria-hidden />
          </IconButton>
        )}
      </header>
      <Region name={name}>
        <ColumnList
          project={project.id}
          filter={filter}
          status={status}
          column={column}
          members={members}
          canEdit={canEdit}
          lifted={lifted}
          scroller={scroller}
          onOpen={onOpen}
          onMove={onMove}
          onCreate={onCreate}
        />
      </Region>
    </section>
  );
}
