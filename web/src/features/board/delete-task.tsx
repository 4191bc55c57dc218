import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import type { Task } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { messageOf } from "@/lib/http/api-error";
import { currentOf, useDeleteTask } from "./board-api";
import { cardBeside, focusInstead } from "./focus";
import { useTaskName } from "./task-names";

interface Props {
  board: BoardState;
  task: Task;
  onDeleted: () => void;
}

export function DeleteTask({ board, task, onDeleted }: Props) {
  const nameOf = useTaskName();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteTask(board.project.id);
  const changed = currentOf(remove.error);

  const confirm = async () => {
    const next = cardBeside(task.id);
    try {
      await remove.mutateAsync(changed ?? task);
    } catch {
      return; // the dialog says why
    }
    // Not a callback of `mutate`: by now the task, and this component with it, is gone.
    onDeleted();
    focusInstead(next);
  };

  return (
    <>
      <Button saves look="quiet" className="text-danger!" onClick={() => setAsking(true)}>
        <Trash2 size={16} aria-hidden />
        Delete
      </Button>
      <ConfirmDialog
        title={`Delete ${nameOf(task)}?`}
        confirmLabel="Delete task"
        open={asking}
        busy={remove.isPending}
        error={
          changed
            ? "Someone changed it a moment ago. Delete it all the same?"
            : remove.error
              ? messageOf(remove.error)
              : undefined
        }
        onConfirm={confirm}
        onCancel={() => setAsking(false)}
      >
        “{task.title}” leaves the board for everyone. You can undo it for a moment.
      </ConfirmDialog>
    </>
  );
}
