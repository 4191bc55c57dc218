import { ArrowDown, ArrowUp, ChevronsDown, ChevronsUp, Ellipsis } from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import type { Status, Task } from "@/lib/api-types";
import { boardQuery } from "@/lib/board/board-query";
import { statusDot, statuses, statusName, taskName } from "@/lib/words";
import type { Placement } from "./board-api";
import { focusCard } from "./focus";

interface Props {
  task: Task;
  /** Part of the tab order: the card is the one that has, or had, the focus. */
  tabbable: boolean;
  onMove: (placement: Placement) => void;
}

/** "Move to…": everything that dragging does, without dragging. */
export function CardMenu({ task, tabbable, onMove }: Props) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          tabIndex={tabbable ? 0 : -1}
          aria-label={`Move ${taskName(task.number)} to…`}
          title="Move to…"
          className="absolute top-2 right-1.5 z-10 inline-flex size-6 items-center justify-center rounded-md text-ink-faint transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-sunken hover:text-ink aria-expanded:opacity-100 pointer-fine:opacity-0"
        >
          <Ellipsis size={16} aria-hidden />
        </button>
      }
    >
      <MoveItems task={task} onMove={onMove} />
    </Menu>
  );
}

/** Mounted when the menu opens: only then does it matter where the card stands. */
function MoveItems({ task, onMove }: Omit<Props, "tabbable">) {
  const columns = useQueryClient().getQueryData(boardQuery(task.projectId).queryKey)?.columns;
  const own = columns?.[task.status].items ?? [];
  const index = own.findIndex(({ id }) => id === task.id);
  const last = index === own.length - 1;
  const end = (status: Status) => (columns?.[status].items ?? []).filter(({ id }) => id !== task.id).length;
  const move = (status: Status, to: number) => {
    onMove({ id: task.id, status, index: to });
    focusCard(task.id, "menu");
  };

  return (
    <>
      <MenuLabel>Move to</MenuLabel>
      {statuses.map((status) => (
        <MenuItem key={status} disabled={status === task.status} onSelect={() => move(status, end(status))}>
          <span aria-hidden className={`mx-1 size-2 rounded-full ${statusDot[status]}`} />
          {statusName[status]}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem
        icon={<ChevronsUp size={16} aria-hidden />}
        disabled={index === 0}
        onSelect={() => move(task.status, 0)}
      >
        To the top
      </MenuItem>
      <MenuItem
        icon={<ArrowUp size={16} aria-hidden />}
        disabled={index === 0}
        onSelect={() => move(task.status, index - 1)}
      >
        Up
      </MenuItem>
      <MenuItem
        icon={<ArrowDown size={16} aria-hidden />}
        disabled={last}
        onSelect={() => move(task.status, index + 1)}
      >
        Down
      </MenuItem>
      <MenuItem
        icon={<ChevronsDown size={16} aria-hidden />}
        disabled={last}
        onSelect={() => move(task.status, end(task.status))}
      >
        To the bottom
      </MenuItem>
    </>
  );
}
