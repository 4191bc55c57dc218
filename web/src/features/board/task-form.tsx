import { useState, type SubmitEvent, type ReactNode } from "react";
import { Button } from "@/components/button";
import { DialogActions } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import { Select } from "@/components/select";
import type { Member, NewTask, Priority, Status, UserId } from "@/lib/api-types";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { priorities, priorityName, statuses, statusName } from "@/lib/words";
import { LabelInput } from "./label-input";

interface Props {
  initial: NewTask;
  members: readonly Member[];
  /** Viewers read. */
  readOnly?: boolean;
  submitLabel: string;
  busy: boolean;
  error: unknown;
  onSubmit: (task: NewTask) => void;
  onCancel: () => void;
  /** At the far side of the buttons. */
  aside?: ReactNode;
}

/** The fields of a task. Keeps its own draft; `initial` counts at mounting only. */
export function TaskForm(props: Props) {
  const { initial, members, readOnly = false, submitLabel, busy, error, onSubmit, onCancel, aside } = props;
  const [draft, setDraft] = useState(initial);
  const set = (change: Partial<NewTask>) => setDraft({ ...draft, ...change });
  const refused = isApiError(error) ? error : undefined;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit({ ...draft, title: draft.title.trim() });
  };

  return (
    <form onSubmit={submit} className="grid gap-4">
      <FormError>{error !== null && error !== undefined && messageOf(error)}</FormError>
      <fieldset disabled={readOnly} className="contents">
        <Field label="Title" error={refused?.fieldMessage("/title")}>
          {(control) => (
            <input
              {...control}
              required
              maxLength={200}
              pattern=".*\S.*"
              autoComplete="off"
              value={draft.title}
              onChange={(event) => set({ title: event.target.value })}
              className="input font-medium"
            />
          )}
        </Field>
        <Field label="Description" optional error={refused?.fieldMessage("/description")}>
          {(control) => (
            <textarea
              {...control}
              rows={5}
              maxLength={20_000}
              value={draft.description}
              onChange={(event) => set({ description: event.target.value })}
              className="input"
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Status">
            {(control) => (
              <Select
                {...control}
                value={draft.status}
                onChange={(event) => set({ status: event.target.value as Status })}
              >
                {statuses.map((status) => (
                  <option key={status} value={status}>
                    {statusName[status]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Assignee" error={refused?.fieldMessage("/assignee")}>
            {(control) => (
              <Select
                {...control}
                value={draft.assignee ?? ""}
                onChange={(event) => set({ assignee: (event.target.value || null) as UserId | null })}
              >
                <option value="">Nobody</option>
                {members.map((member) => (
                  <option key={member.userId} value={member.userId}>
                    {member.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Priority">
            {(control) => (
              <Select
                {...control}
                value={draft.priority}
                onChange={(event) => set({ priority: event.target.value as Priority })}
              >
                {priorities.map((priority) => (
                  <option key={priority} value={priority}>
                    {priorityName[priority]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Due date" error={refused?.fieldMessage("/due")}>
            {(control) => (
              <input
                {...control}
                type="date"
                value={draft.due ?? ""}
                onChange={(event) => set({ due: event.target.value || null })}
                className="input"
              />
            )}
          </Field>
        </div>
        <Field label="Labels" optional error={refused?.fieldMessage("/labels")}>
          {(control) => (
            <LabelInput
              {...control}
              readOnly={readOnly}
              value={draft.labels}
              onChange={(labels) => set({ labels })}
            />
          )}
        </Field>
      </fieldset>
      <DialogActions>
        {aside !== undefined && <div className="mr-auto">{aside}</div>}
        <Button onClick={onCancel}>{readOnly ? "Close" : "Cancel"}</Button>
        {!readOnly && (
          <Button look="primary" type="submit" busy={busy}>
            {submitLabel}
          </Button>
        )}
      </DialogActions>
    </form>
  );
}
