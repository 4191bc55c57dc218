import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Dialog } from "@/components/dialog";
import { Failure } from "@/components/states";
import { Tabs } from "@/components/tabs";
import { api, session } from "@/lib/api";
import type { NewTask, Task, TaskId, Status } from "@/lib/api-types";
import { findTask, type BoardState } from "@/lib/board/board-state";
import { isApiError } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { useUser } from "@/lib/session/use-session";
import { toast } from "@/lib/toast/toasts";
import { useLeft } from "@/lib/use-left";
import { ago } from "@/lib/words";
import { Comments } from "./comments";
import { ConflictForm } from "./conflict-form";
import { DeleteTask } from "./delete-task";
import { cardBeside, focusInstead } from "./focus";
import { History } from "./history";
import { changedFields, conflictingFields, fieldLabel, follow, type Edit } from "./merge";
import { commentDraft, editDraft, newTaskDraft } from "./task-draft";
import { TaskForm } from "./task-form";
import { TaskGone } from "./task-gone";
import { TaskReading } from "./task-reading";
import { useTaskName } from "./task-names";
import { useSaveTask } from "./use-save-task";
import { useTellHidden } from "./use-tell-hidden";

interface Props {
  board: BoardState;
  id: TaskId;
  onClose: () => void;
  /** Opens it again: its changes were left unsaved. */
  onReopen: () => void;
  /** Begins another task in its place, from that one's draft. */
  onRecreate: (status: Status) => void;
}

/** A task, opened from its card or by its address. */
export default function TaskDialog({ board, id, onClose, onReopen, onRecreate }: Props) {
  const { project, members } = board;
  const user = useUser().id;
  const nameOf = useTaskName();
  const draft = editDraft(user, id);
  const comment = commentDraft(user, id);
  const shown = findTask(board, id);
  const loaded = useQuery({
    queryKey: queryKeys.task(project.id, id),
    queryFn: ({ signal }) => api.get<Task>(`/projects/${project.id}/tasks/${id}`, { signal }),
    enabled: !shown,
  });
  // While it is asked for, having left what the board shows: the form stays, and the focus in it.
  const [last, setLast] = useState(shown);
  if (shown && shown !== last) setLast(shown);
  const task = shown ?? loaded.data ?? (loaded.isPending ? last : undefined);
  const canEdit = project.role !== "viewer" && !project.archived;
  const gone = !task && isApiError(loaded.error, "not_found");

  // Once the task is gone nothing tells any more where it was.
  const beside = useRef<TaskId>(undefined);
  useEffect(() => {
    beside.current = cardBeside(id) ?? beside.current;
  });
  const close = () => {
    onClose();
    if (gone) focusInstead(beside.current);
  };

  const deleted = useRef(false);
  // By whichever way: Escape, the browser's Back, another page.
  useLeft(() => {
    if (!task || !canEdit || deleted.current || !draft.read() || session.snapshot().phase !== "signed-in")
      return;
    toast({
      key: `draft ${id}`,
      tone: "info",
      title: `${nameOf(task)} has changes you did not save`,
      text: "They are kept in this tab.",
      action: { label: "Continue", run: onReopen },
    });
  });

  return (
    <Dialog
      title={task ? nameOf(task) : "Task"}
      {...(task && { description: `Updated ${ago(task.updatedAt)}` })}
      open
      onClose={close}
      size="full"
    >
      {task && (
        <div className="grid gap-6">
          {canEdit ? (
            <Editor
              board={board}
              task={task}
              onClose={onClose}
              onReopen={onReopen}
              onDeleted={() => {
                deleted.current = true;
                onClose();
              }}
            />
          ) : (
            <TaskReading task={task} members={members} onClose={onClose} />
          )}
          <Tabs
            label="About this task"
            tabs={[
              {
                id: "comments",
                label: "Comments",
                content: <Comments project={project} task={id} members={members} canEdit={canEdit} />,
              },
              {
                id: "history",
                label: "History",
                content: <History project={project.id} task={id} members={members} />,
              },
            ]}
          />
        </div>
      )}
      {gone && (
        <TaskGone
          unsaved={draft.read()?.edited}
          comment={comment.read()}
          onRecreate={(unsaved) => {
            newTaskDraft(user, project.id).keep(unsaved);
            draft.clear();
            onRecreate(unsaved.status);
          }}
          onClose={() => {
            draft.clear();
            comment.clear();
            close();
          }}
        />
      )}
      {!task && loaded.isError && !gone && (
        <Failure title="The task did not load" error={loaded.error} onRetry={() => void loaded.refetch()} />
      )}
      {!task && loaded.isPending && (
        <div role="status" aria-label="Loading the task" className="skeleton h-96" />
      )}
    </Dialog>
  );
}

interface EditorProps {
  board: BoardState;
  task: Task;
  onClose: () => void;
  onReopen: () => void;
  onDeleted: () => void;
}

function Editor({ board, task, onClose, onReopen, onDeleted }: EditorProps) {
  const { project, members } = board;
  const user = useUser().id;
  const [draft] = useState(() => editDraft(user, task.id));
  const [kept] = useState(() => draft.read());
  const [saving, setSaving] = useState(false);
  const [edit, setEdit] = useState<Edit>(kept ?? { base: task, edited: task });
  const [seen, setSeen] = useState(edit.base);
  if (task !== seen && !saving) {
    setSeen(task);
    setEdit(follow(edit, task));
  }
  const { base, edited } = edit;
  const both = conflictingFields(base, changedFields(base, edited), task);
  useEffect(() => {
    if (isUnchanged(base, edited)) draft.clear();
    else draft.keep({ base, edited: fieldsOf(edited) });
  }, [draft, base, edited]);
  const [error, setError] = useState<unknown>();
  const { save, conflict, dismiss } = useSaveTask(project.id);
  const tellHidden = useTellHidden();

  const finish = async (from: Task, mine: Partial<NewTask>) => {
    if (saving) return;
    setSaving(true);
    setError(undefined);
    const beside = cardBeside(task.id);
    try {
      const saved = await save(from, mine);
      if (!saved) return; // the conflict form takes over
      draft.clear();
      onClose();
      if (tellHidden(saved, "saved", onReopen)) focusInstead(beside);
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
          setEdit({ base: conflict.theirs, edited: { ...conflict.theirs, ...mine } });
          void finish(conflict.theirs, mine);
        }}
        onBack={dismiss}
      />
    );
  }
  return (
    <div className="grid gap-3">
      {kept && (
        <p role="status" className="rounded-md bg-accent-wash px-3 py-2 text-sm">
          These are changes you have not saved. Cancel throws them away.
        </p>
      )}
      <p role="status" className="rounded-md bg-accent-wash px-3 py-2 text-sm empty:hidden">
        {both.length > 0 &&
          `Changed elsewhere too: ${both.map((name) => fieldLabel[name]).join(", ")}. Saving asks what to keep.`}
      </p>
      <TaskForm
        value={edited}
        members={members}
        submitLabel={saving ? "Saving…" : "Save"}
        busy={saving}
        error={error}
        onChange={(next) => setEdit({ base, edited: next })}
        onSubmit={(next) => {
          setEdit({ base, edited: next });
          void finish(base, changedFields(base, next));
        }}
        onCancel={() => {
          draft.clear();
          onClose();
        }}
        aside={<DeleteTask board={board} task={task} onDeleted={onDeleted} />}
      />
    </div>
  );
}

const isUnchanged = (base: Task, edited: NewTask): boolean =>
  Object.keys(changedFields(base, edited)).length === 0;

/** The form was given a whole task; its draft is what can be edited. */
const fieldsOf = ({ title, description, status, priority, assignee, due, labels }: NewTask): NewTask => ({
  title,
  description,
  status,
  priority,
  assignee,
  due,
  labels,
});
