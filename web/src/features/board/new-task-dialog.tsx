import { useState } from "react";
import { Dialog } from "@/components/dialog";
import type { Member, NewTask, ProjectId, Status } from "@/lib/api-types";
import { newRequestId } from "@/lib/http/request-id";
import { useCreateTask } from "./board-api";
import { focusCard } from "./focus";
import { TaskForm } from "./task-form";

interface Props {
  project: ProjectId;
  members: readonly Member[];
  /** The column to add to. */
  status: Status;
  onClose: () => void;
}

export default function NewTaskDialog({ project, members, status, onClose }: Props) {
  return (
    <Dialog title="New task" open onClose={onClose} wide>
      <Form project={project} members={members} status={status} onClose={onClose} />
    </Dialog>
  );
}

/** Mounted with each opening, so that nothing of a cancelled draft comes back. */
function Form({ project, members, status, onClose }: Props) {
  // A request repeated after a lost answer makes one task; a corrected draft is another request.
  const [intent, setIntent] = useState(() => ({ key: newRequestId(), body: "" }));
  const create = useCreateTask(project);
  const initial: NewTask = {
    title: "",
    description: "",
    status,
    priority: "none",
    assignee: null,
    due: null,
    labels: [],
  };

  const submit = (task: NewTask) => {
    const body = JSON.stringify(task);
    const key = intent.body === "" || intent.body === body ? intent.key : newRequestId();
    setIntent({ key, body });
    create.mutate(
      { task, key },
      {
        onSuccess: ({ id }) => {
          onClose();
          focusCard(id);
        },
      },
    );
  };

  return (
    <TaskForm
      initial={initial}
      members={members}
      submitLabel={create.isPending ? "Creating…" : "Create task"}
      busy={create.isPending}
      error={create.error}
      onSubmit={submit}
      onCancel={onClose}
    />
  );
}
