import { useState, type SubmitEvent } from "react";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import { Select } from "@/components/select";
import type { ExportFormat, Member, Project, TaskFilter } from "@/lib/api-types";
import { filterFrom, filterInWords, isFiltered } from "@/lib/filters";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { newRequestId } from "@/lib/http/request-id";
import { exportKey, toastUnlessTold } from "@/lib/toast/toasts";
import { countOf, statusDot, statuses, statusName, tasks, totalOf } from "@/lib/words";
import { formatName } from "./words";
import { useStartExport } from "./exports-api";

interface Props {
  project: Project;
  members: readonly Member[];
  onClose: () => void;
}

export default function ExportDialog({ project, members, onClose }: Props) {
  return (
    <Dialog
      title="Export tasks"
      description="We write the file in the background and tell you when it is ready."
      open
      onClose={onClose}
    >
      <Form project={project} members={members} onClose={onClose} />
    </Dialog>
  );
}

interface Offer {
  id: string;
  label: string;
  dot?: string;
  filter: TaskFilter;
  /** From the project's counts; undefined where only the export itself can tell. */
  count?: number;
}

function Form({ project, members, onClose }: Props) {
  const { counts } = project;
  const [params] = useSearchParams();
  const shown = filterFrom(params);
  const offers: Offer[] = [
    { id: "all", label: "All", filter: {}, count: totalOf(counts) },
    ...statuses.map((status) => ({
      id: status,
      label: statusName[status],
      dot: statusDot[status],
      filter: { status },
      count: countOf(counts, status),
    })),
  ];
  if (isFiltered(shown)) {
    const nameOf = (user: string) => members.find(({ userId }) => userId === user)?.name;
    offers.push({ id: "shown", label: `As filtered: ${filterInWords(shown, nameOf)}`, filter: shown });
  }
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [choice, setChoice] = useState(isFiltered(shown) ? "shown" : "all");
  const [key, setKey] = useState(newRequestId);
  const start = useStartExport(project.id);
  const chosen = offers.find(({ id }) => id === choice) ?? offers[0];

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (start.isPending) return;
    start.mutate(
      { format, filter: chosen?.filter ?? {}, key },
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
      <FormError>
        {start.error &&
          (isApiError(start.error, "export_running")
            ? "An export of this project is under way. You find it under Exports, at the top, where you can cancel it."
            : messageOf(start.error))}
      </FormError>
      <Field label="Format">
        {(control) => (
          <Select
            {...control}
            value={format}
            onChange={(event) => {
              setFormat(event.target.value as ExportFormat);
              setKey(newRequestId()); // another choice is another request
            }}
          >
            {(["csv", "jsonl"] as const).map((one) => (
              <option key={one} value={one}>
                {formatName[one]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="mb-1.5 text-sm font-medium">Tasks</legend>
        {offers.map((offer) => (
          <Choice
            key={offer.id}
            offer={offer}
            checked={offer.id === choice}
            onChoose={() => {
              setChoice(offer.id);
              setKey(newRequestId());
            }}
          />
        ))}
      </fieldset>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button saves look="primary" type="submit" busy={start.isPending}>
          {start.isPending
            ? "Starting…"
            : chosen?.count === undefined
              ? "Export these tasks"
              : `Export ${tasks(chosen.count)}`}
        </Button>
      </DialogActions>
    </form>
  );
}

interface ChoiceProps {
  offer: Offer;
  checked: boolean;
  onChoose: () => void;
}

function Choice({ offer: { label, dot, count }, checked, onChoose }: ChoiceProps) {
  return (
    <label className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md border border-line bg-surface px-3 py-1.5 has-checked:border-accent has-checked:bg-accent-wash">
      <input type="radio" name="tasks" checked={checked} onChange={onChoose} className="accent-accent" />
      {dot !== undefined && <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />}
      <span className="min-w-0 break-words">{label}</span>
      {count !== undefined && (
        <span className="ml-auto text-ink-soft tabular-nums">{count.toLocaleString("en")}</span>
      )}
    </label>
  );
}
