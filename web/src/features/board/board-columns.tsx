import type { Status, TaskId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { isFiltered } from "@/lib/filters";
import { useOnline } from "@/lib/online";
import { useLatest } from "@/lib/use-latest";
import { statuses } from "@/lib/words";
import { Column } from "./column";
import { useBoardDrag } from "./drag";
import { NothingMatches } from "./nothing-matches";
import { ShownBoard } from "./shown-board";
import { BOARD_HELP } from "./task-card";
import { useBoardKeys } from "./use-board-keys";
import { useMoveTask } from "./use-move-task";

interface Props {
  board: BoardState;
  canEdit: boolean;
  /** What is shown is the answer to an earlier filter. */
  loading: boolean;
  onOpen: (task: TaskId) => void;
  onCreate: (status: Status) => void;
}

/** The three columns, with a mouse, a finger or a keyboard. */
export function BoardColumns({ board, canEdit, loading, onOpen, onCreate }: Props) {
  const { project, members, filter } = board;
  const online = useOnline();
  const canMove = canEdit && online;
  const shown = useLatest(() => board);
  const move = useLatest(useMoveTask(project.id, filter).move);
  const { columns, lifted, keys } = useBoardKeys(board, canEdit, move);
  useBoardDrag(shown, move);

  if (isFiltered(filter) && statuses.every((status) => columns[status].items.length === 0)) {
    return <NothingMatches />;
  }
  return (
    <ShownBoard value={shown}>
      <p id={BOARD_HELP} hidden>
        Enter opens it, arrow keys go to other cards, Space lifts it.
      </p>
      {/* The keys are the cards'; they bubble up to here. */}
      <div
        {...keys}
        aria-busy={loading}
        className={`relative flex min-h-0 grow snap-x snap-mandatory scroll-px-4 gap-3 overflow-x-auto px-4 pb-4 transition-opacity sm:gap-4 sm:px-6 lg:snap-none ${loading ? "opacity-60" : ""}`}
      >
        {statuses
          .filter((status) => !filter.status || filter.status === status)
          .map((status) => (
            <Column
              key={status}
              project={project}
              filter={filter}
              status={status}
              column={columns[status]}
              members={members}
              canEdit={canMove}
              lifted={lifted}
              onOpen={onOpen}
              onMove={move}
              onCreate={onCreate}
            />
          ))}
      </div>
    </ShownBoard>
  );
}
