import { useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import { textOf } from "@/lib/form";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { newIntent, useCreateProject } from "./projects-api";

interface Props {
  open: boolean;
  onClose: () => void;
}

export function NewProjectDialog({ open, onClose }: Props) {
  return (
    <Dialog
      title="New project"
      description="A board that you share with others."
      open={open}
      onClose={onClose}
    >
      <Form onClose={onClose} />
    </Dialog>
  );
}

/** Mounted with each opening, so that a cancelled draft never comes back. */
function Form({ onClose }: { onClose: () => void }) {
  const [key] = useState(newIntent);
  const navigate = useNavigate();
  const create = useCreateProject();
  const refused = isApiError(create.error) ? create.error : undefined;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate(
      { name: textOf(form, "name").trim(), description: textOf(form, "description").trim(), key },
      {
        onSuccess: (project) => {
          onClose();
          void navigate(`/projects/${project.id}`);
        },
      },
    );
  };

  return (
    <form onSubmit={submit} className="grid gap-4">
      <FormError>{create.error && messageOf(create.error)}</FormError>
      <Field label="Name" error={refused?.fieldMessage("/name")}>
        {(control) => (
          <input
            {...control}
            name="name"
            required
            maxLength={100}
            pattern=".*\S.*"
            autoComplete="off"
            className="input"
          />
        )}
      </Field>
      <Field label="Description" optional error={refused?.fieldMessage("/description")}>
        {(control) => (
          <textarea {...control} name="description" rows={3} maxLength={2000} className="input" />
        )}
      </Field>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={create.isPending}>
          {create.isPending ? "Creating…" : "Create project"}
        </Button>
      </DialogActions>
    </form>
  );
}
