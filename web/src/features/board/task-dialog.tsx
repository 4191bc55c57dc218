import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Dialog } from "@/components/dialog";
import { Failure } from "@/components/states";
import { api } from "@/lib/api";
import type { NewTask, Task, TaskFields, TaskId } from "@/lib/api-types";
import { findTask, type BoardState } from "@/lib/board/board-state";
import { messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { ago, taskName } from "@/lib/words";
import { currentOf, useDeleteTask, type Placement } from "./board-api";
import { ConflictForm } from "./conflict-form";
import { focusCard } from "./focus";
import { changedFields } from "./merge";
import { TaskForm } from "./task-form";
import { useSaveTask } from "./use-save-task";

interface Props {
  board: BoardState;
  id: TaskId;
  onMove: (placement: Placement) => void;
  onClose: () => void;
}

/** A task, opened from its card or by its address. */
export default function TaskDialog({ board, id, onMove, onClose }: Props) {
  const shown = findTask(board, id);
  const loaded = useQuery({
    queryKey: queryKeys.task(board.project.id, id),
    queryFn: ({ signal }) => api.get<Task>(`/projects/${board.project.id}/tasks/${id}`, { signal }),
    enabled: !shown,
  });
  const task = shown ?? loaded.data;
  return (
    <Dialog
      title={task ? taskName(task.number) : "Task"}
      {...(task && { description: `Updated ${ago(task.updatedAt)}` })}
      open
      onClose={onClose}
      wide
    >
      {task && <Editor board={board} task={task} onMove={onMove} onClose={onClose} />}
      {!task && loaded.isError && <Failure title="This task is not here" error={loaded.error} />}
      {!task && loaded.isPending && <div className="skeleton h-96" />}
    </Dialog>
  );
}

interface EditorProps {
  board: BoardState;
  task: Task;
  onMove: (placement: Placement) => void;
  onClose: () => void;
}

function Editor({ board, task, onMove, onClose }: EditorProps) {
  const { project, members } = board;
  // What the person started from. Live changes while they type meet theirs at saving.
  const [base, setBase] = useState(task);
  const [draft, setDraft] = useState<NewTask>(base);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>();
  const { save, conflict, dismiss } = useSaveTask(project.id);

  const finish = async (from: Task, fields: Partial<TaskFields>, status: Task["status"]) => {
    setSaving(true);
    setError(undefined);
    try {
      const saved = await save(from, fields);
      if (!saved) return; // the conflict form takes over
      if (status !== base.status) onMove({ id: task.id, status, index: board.columns[status].items.length });
      onClose();
      focusCard(task.id);
    } catch (failure) {
      setError(failure);
    } finally {
      setSaving(false);
    }
  };

  if (conflict) {
    return (
      <ConflictForm
        conflict={conflict}
        members={members}
        onResolve={(mine) => {
          setBase({ ...conflict.theirs, status: base.status });
          void finish(conflict.theirs, mine, draft.status);
        }}
        onBack={dismiss}
      />
    );
  }
  return (
    <TaskForm
      initial={draft}
      members={members}
      readOnly={project.role === "viewer"}
      submitLabel={saving ? "Saving…" : "Save"}
      busy={saving}
      error={error}
      onSubmit={(edited) => {
        setDraft(edited);
        void finish(base, changedFields(base, edited), edited.status);
      }}
      onCancel={onClose}
      aside={project.role !== "viewer" && <DeleteTask board={board} task={task} onDeleted={onClose} />}
    />
  );
}

function DeleteTask({ board, task, onDeleted }: { board: BoardState; task: Task; onDeleted: () => void }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteTask(board.project.id);
  const changed = currentOf(remove.error);

  const confirm = async () => {
    const items = board.columns[task.status].items;
    const place = items.findIndex((item) => item.id === task.id);
    const next = items[place + 1] ?? items[place - 1];
    try {
      await remove.mutateAsync(changed ?? task);
    } catch {
      return; // the dialog says why
    }
    // Not a callback of `mutate`: by now the task, and this component with it, is gone.
    onDeleted();
    if (next) focusCard(next.id);
  };

  return (
    <>
      <Button look="quiet" className="text-danger!" onClick={() => setAsking(true)}>
        <Trash2 size={16} aria-hidden />
        Delete
      </Button>
      <ConfirmDialog
        title={`Delete ${taskName(task.number)}?`}
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
        “{task.title}” leaves the board for everyone.
      </ConfirmDialog>
    </>
  );
}
