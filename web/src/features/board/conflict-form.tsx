import { useId, useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { DialogActions } from "@/components/dialog";
import type { Member, NewTask } from "@/lib/api-types";
import { fullDate, priorityName, statusName } from "@/lib/words";
import { fieldLabel, type FieldName } from "./merge";
import { personName } from "./person-name";
import type { Conflict } from "./use-save-task";

interface Props {
  conflict: Conflict;
  members: readonly Member[];
  /** The fields for which the person's own value shall win. */
  onResolve: (mine: Partial<NewTask>) => void;
  onBack: () => void;
}

/** Somebody else changed the same fields: shows both values of each and lets the person choose. */
export function ConflictForm({ conflict, members, onResolve, onBack }: Props) {
  const { theirs, mine, fields } = conflict;
  const [chosen, setChosen] = useState<Partial<Record<FieldName, "mine" | "theirs">>>({});
  const [missing, setMissing] = useState<FieldName>();
  const id = useId();
  const other = members.find((member) => member.userId === theirs.updatedBy)?.name ?? "Someone else";

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const open = fields.find((name) => chosen[name] === undefined);
    setMissing(open);
    if (open) {
      event.currentTarget.querySelector<HTMLElement>(`[name=${open}]`)?.focus();
      return;
    }
    const kept = Object.entries(mine).filter(([name]) => chosen[name as FieldName] !== "theirs");
    onResolve(Object.fromEntries(kept));
  };

  return (
    // What is missing is said in our words, not in a bubble of the browser's.
    <form noValidate onSubmit={submit} className="grid gap-4">
      <p role="alert" className="text-ink-soft">
        {other} changed this task while you did. Everything else is merged; choose what these shall be.
      </p>
      {fields.map((name) => (
        <fieldset
          key={name}
          aria-describedby={missing === name ? id : undefined}
          className="grid gap-2 sm:grid-cols-2"
        >
          <legend className="mb-1.5 text-sm font-medium">{fieldLabel[name]}</legend>
          {(["mine", "theirs"] as const).map((side) => (
            <label
              key={side}
              className="flex cursor-pointer items-start gap-2.5 rounded-lg border border-line bg-surface p-3 has-checked:border-accent has-checked:bg-accent-wash"
            >
              <input
                type="radio"
                name={name}
                aria-label={`${fieldLabel[name]}: ${side === "mine" ? "yours" : "theirs"}`}
                required
                checked={chosen[name] === side}
                onChange={() => {
                  setChosen({ ...chosen, [name]: side });
                  if (missing === name) setMissing(undefined);
                }}
                className="mt-1 accent-accent"
              />
              <span className="grid min-w-0 gap-0.5">
                <span className="text-xs text-ink-soft">{side === "mine" ? "Yours" : `From ${other}`}</span>
                <span className="line-clamp-6 whitespace-pre-wrap">
                  {inWords(name, side === "mine" ? mine : theirs, members)}
                </span>
              </span>
            </label>
          ))}
          {missing === name && (
            <p id={id} role="alert" className="text-sm text-danger sm:col-span-2">
              Choose one of the two.
            </p>
          )}
        </fieldset>
      ))}
      <DialogActions>
        <Button onClick={onBack}>Back to editing</Button>
        <Button look="primary" type="submit">
          Save these
        </Button>
      </DialogActions>
    </form>
  );
}

function inWords(name: FieldName, task: Partial<NewTask>, members: readonly Member[]): string {
  switch (name) {
    case "assignee":
      return task.assignee ? personName(members, task.assignee) : "Nobody";
    case "status":
      return task.status ? statusName[task.status] : "";
    case "priority":
      return priorityName[task.priority ?? "none"];
    case "labels":
      return task.labels?.join(", ") || "None";
    case "due":
      return task.due ? fullDate(task.due) : "None";
    default:
      return task[name]?.trim() || "None";
  }
}
