import { useEffect, useRef, useState } from "react";
import { Dialog } from "@/components/dialog";
import { announce } from "@/lib/announce";
import type { Member, NewTask, ProjectId, Status, TaskId } from "@/lib/api-types";
import { newRequestId } from "@/lib/http/request-id";
import { useUser } from "@/lib/session/use-session";
import { useCreateTask } from "./board-api";
import { focusCard } from "./focus";
import { newTaskDraft } from "./task-draft";
import { TaskForm } from "./task-form";
import { useTaskName } from "./task-names";
import { useTellHidden } from "./use-tell-hidden";

interface Props {
  project: ProjectId;
  members: readonly Member[];
  /** The column to add to. */
  status: Status;
  onClose: () => void;
  onOpen: (task: TaskId) => void;
}

/** What was typed outlives Escape, a reload and the session's end; Cancel throws it away. */
export default function NewTaskDialog({ project, members, status, onClose, onOpen }: Props) {
  const nameOf = useTaskName();
  const tellHidden = useTellHidden();
  const user = useUser().id;
  const [draft] = useState(() => newTaskDraft(user, project));
  const empty: NewTask = {
    title: "",
    description: "",
    status,
    priority: "none",
    assignee: null,
    due: null,
    labels: [],
  };
  const [kept, setKept] = useState(() => draft.read());
  const [task, setTask] = useState<NewTask>(kept ? { ...kept, status } : empty);
  const [another, setAnother] = useState(false);
  const [made, setMade] = useState(0);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (made > 0) form.current?.querySelector("input")?.focus();
  }, [made]);
  // A request repeated after a lost answer makes one task; a corrected draft is another request.
  const [intent, setIntent] = useState(() => ({ key: newRequestId(), body: "" }));
  const create = useCreateTask(project);
  // The second of two presses may come before the page shows the first.
  const sent = useRef(false);

  const submit = (task: NewTask) => {
    if (sent.current) return;
    sent.current = true;
    const body = JSON.stringify(task);
    const key = intent.body === "" || intent.body === body ? intent.key : newRequestId();
    setIntent({ key, body });
    create.mutate(
      { task, key },
      {
        onSuccess: (task) => {
          draft.clear();
          const hidden = tellHidden(task, "created", () => onOpen(task.id));
          if (another) {
            if (!hidden) announce(`${nameOf(task)} is created`);
            setKept(undefined);
            setTask(empty);
            setIntent({ key: newRequestId(), body: "" });
            setMade(made + 1);
            sent.current = false;
            return;
          }
          onClose();
          if (!hidden) focusCard(task.id);
        },
        onError: () => (sent.current = false),
      },
    );
  };

  return (
    <Dialog
      title="New task"
      {...(kept && { description: "With what you had begun to write. Cancel throws it away." })}
      open
      onClose={onClose}
      size="wide"
    >
      <div ref={form}>
        <TaskForm
          key={made}
          value={task}
          members={members}
          submitLabel={create.isPending ? "Creating…" : "Create task"}
          busy={create.isPending}
          error={create.error}
          onChange={(next) => {
            setTask(next);
            draft.keep(next);
          }}
          onSubmit={submit}
          onCancel={() => {
            draft.clear();
            onClose();
          }}
          aside={
            <label className="flex min-h-9 cursor-pointer items-center gap-2 text-sm text-ink-soft">
              <input
                type="checkbox"
                checked={another}
                onChange={(event) => setAnother(event.target.checked)}
                className="size-4 accent-accent"
              />
              Create another
            </label>
          }
        />
      </div>
    </Dialog>
  );
}
