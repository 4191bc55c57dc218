import { useRef, useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { FormError } from "@/components/field";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useUser } from "@/lib/session/use-session";
import { useFocusRefused } from "@/lib/use-focus-refused";
import { newProjectDraft } from "./project-draft";
import { ProjectFields, type ProjectText } from "./project-fields";
import { newIntent, useCreateProject } from "./projects-api";

const nothing: ProjectText = { name: "", key: "", description: "" };

/** What was typed outlives Escape and a reload, as in a new task; Cancel throws it away. */
export default function NewProjectDialog({ onClose }: { onClose: () => void }) {
  const user = useUser().id;
  const [draft] = useState(() => newProjectDraft(user));
  const [kept] = useState(() => draft.read());
  const [typed, setTyped] = useState(kept ?? nothing);
  const [intent] = useState(newIntent);
  const navigate = useNavigate();
  const create = useCreateProject();
  const fields = useFocusRefused(create.error);
  // The second of two presses may come before the page shows the first.
  const sent = useRef(false);
  const refused = isApiError(create.error) ? create.error : undefined;

  const change = (next: ProjectText) => {
    setTyped(next);
    if (next.name === "" && next.description === "") draft.clear();
    else draft.keep(next);
  };

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (sent.current) return;
    sent.current = true;
    const { name, key, description } = typed;
    create.mutate(
      { name: name.trim(), key, description: description.trim(), intent },
      {
        onSuccess: (project) => {
          draft.clear();
          onClose();
          void navigate(`/projects/${project.id}`);
        },
        onError: () => (sent.current = false),
      },
    );
  };

  return (
    <Dialog
      title="New project"
      description={
        kept
          ? "With what you had begun to write. Cancel throws it away."
          : "A board that you share with others."
      }
      open
      onClose={onClose}
    >
      <form ref={fields} onSubmit={submit} className="grid gap-4">
        <FormError>{create.error && messageOf(create.error)}</FormError>
        <ProjectFields
          propose
          value={typed}
          onChange={change}
          complaint={(field) => refused?.fieldMessage(`/${field}`)}
        />
        <DialogActions>
          <Button
            onClick={() => {
              draft.clear();
              onClose();
            }}
          >
            Cancel
          </Button>
          <Button saves look="primary" type="submit" busy={create.isPending}>
            {create.isPending ? "Creating…" : "Create project"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
