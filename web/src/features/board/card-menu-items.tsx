import { ArrowDown, ArrowUp, ChevronsDown, ChevronsUp } from "lucide-react";
import { useContext, type ReactElement } from "react";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import type { Status, Task } from "@/lib/api-types";
import { statusDot, statuses, statusName } from "@/lib/words";
import type { Placement } from "./board-api";
import { focusCard } from "./focus";
import { ShownBoard } from "./shown-board";

interface Props {
  trigger: ReactElement;
  task: Task;
  onMove: (placement: Placement) => void;
}

/** The menu of a card, open. */
export default function OpenCardMenu({ trigger, task, onMove }: Props) {
  return (
    <Menu trigger={trigger} opened>
      <MoveItems task={task} onMove={onMove} />
    </Menu>
  );
}

/** Mounted when the menu opens: only then does it matter where the card stands. */
function MoveItems({ task, onMove }: Omit<Props, "trigger">) {
  const { columns } = useContext(ShownBoard)();
  const own = columns[task.status].items;
  const index = own.findIndex(({ id }) => id === task.id);
  const last = index === own.length - 1;
  const end = (status: Status) => columns[status].items.filter(({ id }) => id !== task.id).length;
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
