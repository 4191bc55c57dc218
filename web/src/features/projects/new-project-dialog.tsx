import { useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { FormError } from "@/components/field";
import { textOf } from "@/lib/form";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { ProjectFields } from "./project-fields";
import { newIntent, useCreateProject } from "./projects-api";

export default function NewProjectDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="New project" description="A board that you share with others." open onClose={onClose}>
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
      <ProjectFields refused={refused} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button saves look="primary" type="submit" busy={create.isPending}>
          {create.isPending ? "Creating…" : "Create project"}
        </Button>
      </DialogActions>
    </form>
  );
}
