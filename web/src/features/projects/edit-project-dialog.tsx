import { useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { FormError } from "@/components/field";
import type { Project } from "@/lib/api-types";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useFocusRefused } from "@/lib/use-focus-refused";
import { ProjectFields, type ProjectText } from "./project-fields";
import { useChangeProject, type ProjectChange } from "./projects-api";

interface Props {
  project: Project;
  onClose: () => void;
}

export default function EditProjectDialog({ project, onClose }: Props) {
  const change = useChangeProject(project);
  const [typed, setTyped] = useState<ProjectText>(project);
  const fields = useFocusRefused(change.error);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = typed.name.trim();
    const description = typed.description.trim();
    const changed: ProjectChange = {
      ...(name !== project.name && { name }),
      ...(typed.key !== project.key && { key: typed.key }),
      ...(description !== project.description && { description }),
    };
    if (Object.keys(changed).length === 0) onClose();
    else change.mutate(changed, { onSuccess: onClose });
  };

  return (
    <Dialog title="Edit project" open onClose={onClose}>
      <form ref={fields} onSubmit={submit} className="grid gap-4">
        <FormError>
          {change.error &&
            (isApiError(change.error, "version_mismatch")
              ? "Somebody else changed the project a moment ago. Save again to replace their words with yours."
              : messageOf(change.error))}
        </FormError>
        <ProjectFields
          value={typed}
          onChange={setTyped}
          refused={isApiError(change.error) ? change.error : undefined}
        />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button saves look="primary" type="submit" busy={change.isPending}>
            {change.isPending ? "Saving…" : "Save"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
