import { useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import type { Project } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { toast } from "@/lib/toast/toasts";
import { tasks, totalOf } from "@/lib/words";
import { isNameOf } from "./project-name";
import { useDeleteProject } from "./projects-api";

interface Props {
  project: Project;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks for the project's name, as what goes here does not come back. */
export default function DeleteProjectDialog({ project, onClose, onDeleted }: Props) {
  const [typed, setTyped] = useState("");
  const remove = useDeleteProject(project);
  const matches = isNameOf(typed, project.name);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!matches || remove.isPending) return;
    remove.mutate(undefined, {
      onSuccess: (rest) => {
        toast({
          key: `delete ${project.id}`,
          tone: "success",
          title: `${project.name} is deleted`,
          ...(rest && { text: `Its ${tasks(rest.total)} are being erased in the background.` }),
        });
        onDeleted();
      },
    });
  };

  return (
    <Dialog
      title={`Delete ${project.name}?`}
      description={`${count(project)} go for everyone, with comments and history. This cannot be undone; archiving can.`}
      open
      onClose={onClose}
    >
      <form onSubmit={submit} className="grid gap-4">
        <FormError>{remove.error && messageOf(remove.error)}</FormError>
        <Field
          label="Type the project's name"
          hint={
            <>
              It is <strong className="font-semibold text-ink select-all">{project.name}</strong>
            </>
          }
        >
          {(control) => (
            <input
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              className="input"
            />
          )}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>Keep it</Button>
          <Button saves look="danger" type="submit" disabled={!matches} busy={remove.isPending}>
            {remove.isPending ? "Deleting…" : "Delete project"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function count({ counts }: Project): string {
  const total = totalOf(counts);
  return total === 0 ? "The project and its board" : `The project and its ${tasks(total)}`;
}
