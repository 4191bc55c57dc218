import { LazyMenu } from "@/components/lazy-menu";
import type { Task } from "@/lib/api-types";
import { lazyPage } from "@/lib/lazy-page";
import { CardIcon } from "./card-icon";
import { useTaskName } from "./task-names";
import type { Placement } from "./use-move-task";

export const OpenCardMenu = lazyPage(() => import("./card-menu-items"));

const dots = "M5 12h.01M12 12h.01M19 12h.01";

interface Props {
  task: Task;
  /** Part of the tab order: the card is the one that has, or had, the focus. */
  tabbable: boolean;
  onMove: (placement: Placement) => void;
}

/** Everything that dragging does, without dragging; a link, and an end. */
export function CardMenu({ task, tabbable, onMove }: Props) {
  const nameOf = useTaskName();
  return (
    <LazyMenu
      trigger={
        <button
          type="button"
          tabIndex={tabbable ? 0 : -1}
          aria-label={`Menu of ${nameOf(task)}`}
          title="Move, copy link, delete"
          // Not group-hover, which is about whatever lies in a card: all of it would be styled anew at each hover.
          className="absolute top-2 right-1.5 z-10 inline-flex size-6 items-center justify-center rounded-md text-ink-faint [.group:focus-within_&]:opacity-100 [.group:hover_&]:opacity-100 hover:bg-sunken hover:text-ink aria-expanded:opacity-100 pointer-fine:opacity-0"
        >
          <CardIcon size={16} d={dots} strokeWidth={4} />
        </button>
      }
    >
      {(trigger) => <OpenCardMenu trigger={trigger} task={task} onMove={onMove} />}
    </LazyMenu>
  );
}
