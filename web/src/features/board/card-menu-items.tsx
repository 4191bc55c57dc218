import { ArrowDown, ArrowUp, ChevronsDown, ChevronsUp, Link, Trash2 } from "lucide-react";
import { useContext, type ReactElement } from "react";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import type { Status, Task } from "@/lib/api-types";
import { announce } from "@/lib/announce";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { toast } from "@/lib/toast/toasts";
import { statusDot, statuses, statusName } from "@/lib/words";
import { useDeleteTask } from "./board-api";
import { cardBeside, focusCard, focusHeading } from "./focus";
import { ShownBoard } from "./shown-board";
import { useTaskName } from "./task-names";
import type { Placement } from "./use-move-task";

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
      <MenuSeparator />
      <OtherItems task={task} />
    </Menu>
  );
}

/** Mounted when the menu opens: only then does it matter where the card stands. */
function MoveItems({ task, onMove }: Omit<Props, "trigger">) {
  const { columns } = useContext(ShownBoard)();
  const own = columns[task.status].items;
  const index = own.findIndex(({ id }) => id === task.id);
  const last = index === own.length - 1;
  const more = columns[task.status].nextCursor !== undefined;
  const move = (placement: Omit<Placement, "id">) => {
    onMove({ id: task.id, ...placement });
    focusCard(task.id, "menu");
  };
  const moveTo = (index: number) => move({ status: task.status, index });
  const moveToEnd = (status: Status) => {
    const index = columns[status].items.filter(({ id }) => id !== task.id).length;
    move({ status, index, last: true });
  };

  return (
    <>
      <MenuLabel>Move to</MenuLabel>
      {statuses.map((status) => (
        <MenuItem key={status} disabled={status === task.status} onSelect={() => moveToEnd(status)}>
          <span aria-hidden className={`mx-1 size-2 rounded-full ${statusDot[status]}`} />
          {statusName[status]}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem icon={<ChevronsUp size={16} aria-hidden />} disabled={index === 0} onSelect={() => moveTo(0)}>
        To the top
      </MenuItem>
      <MenuItem
        icon={<ArrowUp size={16} aria-hidden />}
        disabled={index === 0}
        onSelect={() => moveTo(index - 1)}
      >
        Up
      </MenuItem>
      <MenuItem icon={<ArrowDown size={16} aria-hidden />} disabled={last} onSelect={() => moveTo(index + 1)}>
        Down
      </MenuItem>
      <MenuItem
        icon={<ChevronsDown size={16} aria-hidden />}
        disabled={last && !more}
        onSelect={() => moveToEnd(task.status)}
      >
        To the bottom
      </MenuItem>
    </>
  );
}

function OtherItems({ task }: { task: Task }) {
  const project = useContext(ShownBoard)().project.id;
  const remove = useDeleteTask(project);
  const name = useTaskName()(task);

  const copyLink = async () => {
    const link = `${location.origin}/projects/${project}?task=${task.id}`;
    try {
      await navigator.clipboard.writeText(link);
      announce(`The link to ${name} is copied`);
      toast({ key: "link", tone: "success", title: `The link to ${name} is copied` });
    } catch {
      toast({ key: "link", tone: "error", title: "This browser does not let the page copy", text: link });
    }
  };

  const removeNow = async () => {
    const next = cardBeside(task.id);
    try {
      await remove.mutateAsync(task); // says so itself, with a way back
    } catch (error) {
      const text = isApiError(error, "version_mismatch")
        ? "Someone changed it a moment ago. Look at it again."
        : messageOf(error);
      toast({ key: `delete ${task.id}`, tone: "error", title: `${name} was not deleted`, text });
      return;
    }
    if (next) focusCard(next);
    else requestAnimationFrame(focusHeading);
  };

  return (
    <>
      <MenuItem icon={<Link size={16} aria-hidden />} onSelect={() => void copyLink()}>
        Copy link
      </MenuItem>
      <MenuItem danger icon={<Trash2 size={16} aria-hidden />} onSelect={() => void removeNow()}>
        Delete
      </MenuItem>
    </>
  );
}
