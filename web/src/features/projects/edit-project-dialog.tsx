import { useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { FormError } from "@/components/field";
import type { Project } from "@/lib/api-types";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useFocusRefused } from "@/lib/use-focus-refused";
import { ProjectFields, type ProjectText } from "./project-fields";
import { useChangeProject } from "./projects-api";

interface Props {
  project: Project;
  onClose: () => void;
}

const names = ["name", "key", "description"] as const;

/** Only what was typed here is written: a field that somebody else changed meanwhile stays theirs, or is asked about. */
export default function EditProjectDialog({ project, onClose }: Props) {
  const { mutate, error, isPending } = useChangeProject();
  // What the person started from, and not the project as others change it under the open dialog.
  const [base, setBase] = useState(project);
  const [typed, setTyped] = useState<ProjectText>(project);
  const [overtaken, setOvertaken] = useState<readonly (keyof ProjectText)[]>([]);
  const fields = useFocusRefused(error);
  const refused = isApiError(error) ? error : undefined;

  const save = (from: Project, change: Partial<ProjectText>) =>
    mutate(
      { project: from, change },
      {
        onSuccess: onClose,
        onError: (failure) => {
          if (!isApiError(failure, "version_mismatch") || !failure.problem?.current) return;
          const theirs = failure.problem.current as Project;
          const both = names.filter(
            (name) => name in change && theirs[name] !== from[name] && theirs[name] !== change[name],
          );
          setBase(theirs);
          setTyped({ ...theirs, ...change });
          setOvertaken(both);
          if (both.length === 0) save(theirs, change);
        },
      },
    );

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = { name: typed.name.trim(), key: typed.key, description: typed.description.trim() };
    const changed = names.filter((name) => next[name] !== base[name]);
    setOvertaken([]);
    if (changed.length === 0) onClose();
    else save(base, Object.fromEntries(changed.map((name) => [name, next[name]])));
  };

  const complaint = (name: keyof ProjectText) => {
    if (!overtaken.includes(name)) return refused?.fieldMessage(`/${name}`);
    const theirs = base[name] === "" ? "emptied this" : `changed this to “${base[name]}”`;
    return `Somebody else has ${theirs}. Save again to replace it with yours.`;
  };

  return (
    <Dialog title="Edit project" open onClose={onClose}>
      <form ref={fields} onSubmit={submit} className="grid gap-4">
        <FormError>
          {error &&
            (overtaken.length > 0 ? "Somebody else changed the project a moment ago." : messageOf(error))}
        </FormError>
        <ProjectFields value={typed} onChange={setTyped} complaint={complaint} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button saves look="primary" type="submit" busy={isPending}>
            {isPending ? "Saving…" : "Save"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
