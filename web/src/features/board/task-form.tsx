import type { ClipboardEvent, ReactNode, SubmitEvent } from "react";
import { Button } from "@/components/button";
import { DialogActions } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import { MarkdownField } from "@/components/markdown/markdown-field";
import { Select } from "@/components/select";
import type { Member, NewTask, Priority, Status, UserId } from "@/lib/api-types";
import { isApiError, messageOf, type ApiError } from "@/lib/http/api-error";
import { useOnline } from "@/lib/online";
import { useFocusRefused } from "@/lib/use-focus-refused";
import { priorities, priorityName, statuses, statusName } from "@/lib/words";
import { DueField } from "./due-field";
import { LabelInput, MAX_LABELS } from "./label-input";
import { pastedIntoTitle } from "./paste";
import { personName } from "./person-name";

const TITLE_MAX = 200;
const NEARLY_FULL = 160;

interface Props {
  value: NewTask;
  members: readonly Member[];
  submitLabel: string;
  busy: boolean;
  error: unknown;
  onChange: (task: NewTask) => void;
  onSubmit: (task: NewTask) => void;
  onCancel: () => void;
  /** At the far side of the buttons. */
  aside?: ReactNode;
}

/** The fields of a task. */
export function TaskForm(props: Props) {
  const { value: draft, members, submitLabel, busy, error, onSubmit, onCancel, aside } = props;
  const set = (change: Partial<NewTask>) => props.onChange({ ...draft, ...change });
  const online = useOnline();
  const form = useFocusRefused(error);
  const refused = isApiError(error) ? error : undefined;

  const pasteTitle = (event: ClipboardEvent<HTMLInputElement>) => {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const selection = { from: selectionStart ?? value.length, to: selectionEnd ?? value.length };
    const pasted = pastedIntoTitle(draft, event.clipboardData.getData("text/plain"), selection);
    if (!pasted) return;
    event.preventDefault();
    set({ ...pasted, title: pasted.title.slice(0, TITLE_MAX) });
  };

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit({ ...draft, title: draft.title.trim() });
  };

  return (
    <form ref={form} onSubmit={submit} className="grid gap-4">
      <FormError>{error !== null && error !== undefined && messageOf(error)}</FormError>
      <div className="grid gap-x-6 gap-y-4 md:grid-cols-[1fr_14rem]">
        <div className="grid content-start gap-4">
          <Field
            label="Title"
            error={refused?.fieldMessage("/title")}
            hint={
              draft.title.length > NEARLY_FULL
                ? `${draft.title.length} of ${TITLE_MAX} characters. The description has room for more.`
                : undefined
            }
          >
            {(control) => (
              <input
                {...control}
                required
                dir="auto"
                maxLength={TITLE_MAX}
                pattern=".*\S.*"
                autoComplete="off"
                enterKeyHint="done"
                value={draft.title}
                onChange={(event) => set({ title: event.target.value })}
                onPaste={pasteTitle}
                className="input min-h-10! text-lg font-medium"
              />
            )}
          </Field>
          <MarkdownField
            label="Description"
            value={draft.description}
            onChange={(description) => set({ description })}
            maxLength={20_000}
            error={refused?.fieldMessage("/description")}
          />
        </div>
        <Details draft={draft} members={members} refused={refused} onChange={set} />
      </div>
      {!online && (
        <p role="status" className="rounded-md bg-sunken px-3 py-2 text-sm text-ink-soft">
          Nothing can be saved without a connection. What you write is kept here until there is one.
        </p>
      )}
      <DialogActions>
        {aside !== undefined && <div className="mr-auto">{aside}</div>}
        <Button onClick={onCancel}>Cancel</Button>
        <Button saves look="primary" type="submit" busy={busy}>
          {submitLabel}
        </Button>
      </DialogActions>
    </form>
  );
}

interface DetailsProps {
  draft: NewTask;
  members: readonly Member[];
  refused: ApiError | undefined;
  onChange: (change: Partial<NewTask>) => void;
}

/** Everything about a task that is chosen rather than written. */
function Details({ draft, members, refused, onChange }: DetailsProps) {
  const { assignee, labels } = draft;
  const left = assignee !== null && !members.some(({ userId }) => userId === assignee);
  return (
    <div className="grid content-start items-start gap-4 max-md:grid-cols-2">
      <Field label="Status">
        {(control) => (
          <Select
            {...control}
            value={draft.status}
            onChange={(event) => onChange({ status: event.target.value as Status })}
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
            value={assignee ?? ""}
            onChange={(event) => onChange({ assignee: (event.target.value || null) as UserId | null })}
          >
            <option value="">Nobody</option>
            {left && <option value={assignee}>{personName(members, assignee)}</option>}
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
            onChange={(event) => onChange({ priority: event.target.value as Priority })}
          >
            {priorities.map((priority) => (
              <option key={priority} value={priority}>
                {priorityName[priority]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <DueField
        value={draft.due}
        onChange={(due) => onChange({ due })}
        error={refused?.fieldMessage("/due")}
      />
      <div className="max-md:col-span-2">
        <Field
          label="Labels"
          optional
          error={refused?.fieldMessage("/labels")}
          hint={
            labels.length >= MAX_LABELS
              ? `${MAX_LABELS} are the most. Take one away to add another.`
              : undefined
          }
        >
          {(control) => (
            <LabelInput {...control} value={labels} onChange={(labels) => onChange({ labels })} />
          )}
        </Field>
      </div>
    </div>
  );
}
