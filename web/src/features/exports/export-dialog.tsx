import { Download } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import { Select } from "@/components/select";
import type { Project, Status } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { newRequestId } from "@/lib/http/request-id";
import { exportKey, toastUnlessTold } from "@/lib/toast/toasts";
import { countOf, statusDot, statuses, statusName, tasks, totalOf } from "@/lib/words";
import { useStartExport } from "./exports-api";

/** The board's "Export" button with its dialog. */
export function ExportButton({ project }: { project: Project }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} className="max-sm:px-2.5!">
        <Download size={16} aria-hidden />
        <span className="max-sm:sr-only">Export</span>
      </Button>
      <Dialog
        title="Export tasks"
        description="We write the file in the background and tell you when it is ready."
        open={open}
        onClose={() => setOpen(false)}
      >
        <Form project={project} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Form({ project, onClose }: { project: Project; onClose: () => void }) {
  const { counts } = project;
  const [status, setStatus] = useState<Status>();
  const [key, setKey] = useState(newRequestId);
  const start = useStartExport(project.id);
  const count = status ? countOf(counts, status) : totalOf(counts);

  const choose = (next: Status | undefined) => {
    setStatus(next);
    setKey(newRequestId()); // another choice is another request
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    start.mutate(
      { status, key },
      {
        onSuccess: ({ id }) => {
          onClose();
          // A small export is ready before this answer is here.
          toastUnlessTold({
            key: exportKey(id),
            tone: "info",
            title: "Export started",
            text: "Its progress is under Exports, at the top.",
          });
        },
      },
    );
  };

  return (
    <form onSubmit={submit} className="grid gap-4">
      <FormError>{start.error && messageOf(start.error)}</FormError>
      <Field label="Format">
        {(control) => (
          <Select {...control} defaultValue="csv">
            <option value="csv">CSV (for spreadsheets)</option>
          </Select>
        )}
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="mb-1.5 text-sm font-medium">Tasks</legend>
        <Choice label="All" count={totalOf(counts)} checked={!status} onChoose={() => choose(undefined)} />
        {statuses.map((one) => (
          <Choice
            key={one}
            label={statusName[one]}
            dot={statusDot[one]}
            count={countOf(counts, one)}
            checked={status === one}
            onChoose={() => choose(one)}
          />
        ))}
      </fieldset>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={start.isPending}>
          {start.isPending ? "Starting…" : `Export ${tasks(count)}`}
        </Button>
      </DialogActions>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  dot?: string;
  count: number;
  checked: boolean;
  onChoose: () => void;
}

function Choice({ label, dot, count, checked, onChoose }: ChoiceProps) {
  return (
    <label className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md border border-line bg-surface px-3 has-checked:border-accent has-checked:bg-accent-wash">
      <input type="radio" name="status" checked={checked} onChange={onChoose} className="accent-accent" />
      {dot !== undefined && <span aria-hidden className={`size-2 rounded-full ${dot}`} />}
      {label}
      <span className="ml-auto text-ink-soft tabular-nums">{count.toLocaleString("en")}</span>
    </label>
  );
}
