import { ChevronDown, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button, IconButton } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Menu, MenuItem } from "@/components/menu";
import type { Member, Priority, Project, Task, TaskId } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { OFFLINE_REASON, useOnline } from "@/lib/online";
import { priorities, priorityName, statusDot, statuses, statusName, tasks as inWords } from "@/lib/words";
import { useBulkEdit, type BulkChange, type BulkEdit, type Refusal } from "./bulk-api";
import { BulkRefusals } from "./bulk-refusals";
import { cardBeside, focusIfLost } from "./focus";
import { PriorityIcon } from "./priority-icon";
import { AT_MOST } from "./selection";

interface Props {
  project: Project;
  members: readonly Member[];
  /** The selected tasks. The bar shows while there are any. */
  tasks: readonly Task[];
  /** Narrows the selection to what was left as it was. */
  onKeep: (tasks: TaskId[]) => void;
  onClear: () => void;
}

/** What can be done with all selected tasks at once, and what became of it. */
export function BulkTools({ project, members, tasks, onKeep, onClear }: Props) {
  const edit = useBulkEdit(project.id);
  const [asking, setAsking] = useState(false);
  const [refusals, setRefusals] = useState<{ of: BulkEdit; refused: Refusal[] }>();

  /** Of the tasks that were changed last. */
  const beside = useRef<TaskId>(undefined);
  const shown = tasks.length > 0;
  // Tasks that a change has taken out of the list leave it when it is read again, and the bar with them.
  useEffect(() => (shown ? () => focusIfLost(beside.current) : undefined), [shown]);

  const run = (change: BulkChange, on = tasks) => {
    if (edit.isPending) return;
    beside.current = cardBeside(...on.map(({ id }) => id));
    edit.mutate(
      { tasks: on, change },
      {
        onSuccess: ({ refused }, of) => {
          setRefusals(refused.length > 0 ? { of, refused } : undefined);
          if (refused.length > 0) onKeep(refused.map(({ task }) => task.id));
        },
        onSettled: () => {
          setAsking(false);
          focusIfLost(beside.current);
        },
      },
    );
  };
  const failed = edit.isError ? edit.variables : undefined;

  return (
    <>
      {shown && (
        <Bar tasks={tasks} members={members} busy={edit.isPending} onClear={onClear} onChange={run}>
          <Button
            saves
            small
            look="quiet"
            className="text-danger! max-sm:ml-auto"
            onClick={() => setAsking(true)}
          >
            <Trash2 size={14} aria-hidden />
            <span className="max-sm:sr-only">Delete</span>
          </Button>
        </Bar>
      )}
      {failed && (
        <div
          role="alert"
          className="mt-2 flex flex-wrap items-center gap-2 rounded-lg bg-danger-wash px-3 py-2"
        >
          <p className="text-danger">
            {inWords(failed.tasks.length)} not {failed.change.done}. {messageOf(edit.error)}
          </p>
          <Button small saves className="ml-auto" onClick={() => run(failed.change, failed.tasks)}>
            Retry
          </Button>
          <IconButton label="Dismiss" className="size-7!" onClick={() => edit.reset()}>
            <X size={15} aria-hidden />
          </IconButton>
        </div>
      )}
      {refusals && (
        <BulkRefusals
          edit={refusals.of}
          refused={refusals.refused}
          busy={edit.isPending}
          onRetry={() =>
            run(
              refusals.of.change,
              refusals.refused.map(({ task }) => task),
            )
          }
          onClose={() => {
            setRefusals(undefined);
            focusIfLost(beside.current);
          }}
        />
      )}
      <ConfirmDialog
        title={`Delete ${inWords(tasks.length)}?`}
        confirmLabel={`Delete ${inWords(tasks.length)}`}
        open={asking}
        busy={edit.isPending}
        onConfirm={() => run({ delete: true, done: "deleted" })}
        onCancel={() => setAsking(false)}
      >
        {tasks.length === 1 ? "It leaves" : "They leave"} the board for everyone. You can undo it for a
        moment.
      </ConfirmDialog>
    </>
  );
}

interface BarProps {
  tasks: readonly Task[];
  members: readonly Member[];
  busy: boolean;
  onClear: () => void;
  onChange: (change: BulkChange) => void;
  children: ReactNode;
}

function Bar({ tasks, members, busy, onClear, onChange, children }: BarProps) {
  const count = tasks.length;
  return (
    <div
      role="group"
      aria-label="Selected tasks"
      data-below-toasts
      aria-busy={busy}
      className="mt-2 flex animate-drop-in flex-wrap items-center gap-1.5 rounded-xl border border-accent bg-raised py-1.5 pr-1.5 pl-4 shadow-1"
    >
      <p className="mr-auto font-medium tabular-nums max-sm:order-first max-sm:basis-[calc(100%-2.5rem)]">
        {busy ? `Changing ${inWords(count)}…` : `${count} selected`}
        {count === AT_MOST && !busy && (
          <span className="font-normal text-ink-soft"> (at most {AT_MOST} at once)</span>
        )}
      </p>
      <Choices label="Status" busy={busy}>
        {statuses.map((status) => (
          <Choice
            key={status}
            onChoose={() => onChange({ set: { status }, done: `moved to ${statusName[status]}` })}
          >
            <span aria-hidden className={`mx-1 size-2 rounded-full ${statusDot[status]}`} />
            {statusName[status]}
          </Choice>
        ))}
      </Choices>
      <Choices label="Assignee" busy={busy}>
        <Choice onChoose={() => onChange({ set: { assignee: null }, done: "assigned to nobody" })}>
          Nobody
        </Choice>
        {members.map(({ userId, name }) => (
          <Choice
            key={userId}
            onChoose={() => onChange({ set: { assignee: userId }, done: `assigned to ${name}` })}
          >
            {name}
          </Choice>
        ))}
      </Choices>
      <Choices label="Priority" busy={busy}>
        {priorities.map((priority) => (
          <Choice
            key={priority}
            onChoose={() => onChange({ set: { priority }, done: withPriority(priority) })}
          >
            <span aria-hidden className="flex w-4.5">
              <PriorityIcon priority={priority} />
            </span>
            {priorityName[priority]}
          </Choice>
        ))}
      </Choices>
      {children}
      <IconButton label="Clear the selection" className="size-7! max-sm:order-first" onClick={onClear}>
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  );
}

const withPriority = (priority: Priority): string =>
  priority === "none" ? "left without priority" : `set to priority ${priorityName[priority]}`;

function Choices({ label, busy, children }: { label: string; busy: boolean; children: ReactNode }) {
  return (
    <Menu
      align="start"
      trigger={
        <Button small busy={busy}>
          {label}
          <ChevronDown size={14} aria-hidden className="text-ink-faint" />
        </Button>
      }
    >
      {children}
    </Menu>
  );
}

function Choice({ onChoose, children }: { onChoose: () => void; children: ReactNode }) {
  const online = useOnline();
  return (
    <MenuItem disabled={!online} onSelect={onChoose}>
      {children}
      {!online && <span className="sr-only"> ({OFFLINE_REASON})</span>}
    </MenuItem>
  );
}
