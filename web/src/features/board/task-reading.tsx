import type { ReactNode } from "react";
import { Avatar } from "@/components/avatar";
import { Button } from "@/components/button";
import { DialogActions } from "@/components/dialog";
import { Markdown } from "@/components/markdown/markdown";
import type { Member, Task } from "@/lib/api-types";
import { fullDate, priorityName, statusDot, statusName } from "@/lib/words";
import { personName } from "./person-name";
import { PriorityIcon } from "./priority-icon";

interface Props {
  task: Task;
  members: readonly Member[];
  onClose: () => void;
}

/** A task as it is, for who may read it and not change it. */
export function TaskReading({ task, members, onClose }: Props) {
  const { title, description, status, priority, assignee, due, labels } = task;
  return (
    <div className="grid gap-4">
      <div className="grid gap-x-6 gap-y-4 md:grid-cols-[1fr_14rem]">
        <div className="grid min-w-0 content-start gap-3">
          <h3 dir="auto" className="text-lg font-medium wrap-anywhere">
            {title}
          </h3>
          {description.trim() === "" ? (
            <p className="text-ink-faint">No description.</p>
          ) : (
            <div className="max-h-[50vh] overflow-y-auto">
              <Markdown text={description} />
            </div>
          )}
        </div>
        <dl className="grid min-w-0 content-start gap-4 max-md:grid-cols-2">
          <Detail name="Status">
            <span aria-hidden className={`size-2.5 shrink-0 rounded-full ${statusDot[status]}`} />
            {statusName[status]}
          </Detail>
          <Detail name="Assignee">
            {assignee !== null && <Avatar id={assignee} name={personName(members, assignee)} />}
            {assignee === null ? "Nobody" : personName(members, assignee)}
          </Detail>
          <Detail name="Priority">
            <span aria-hidden className="flex empty:hidden">
              <PriorityIcon priority={priority} />
            </span>
            {priorityName[priority]}
          </Detail>
          <Detail name="Due date">{due === null ? "None" : fullDate(due)}</Detail>
          <Detail name="Labels">
            {labels.length === 0 && "None"}
            {labels.map((label) => (
              <span key={label} dir="auto" className="rounded-sm bg-sunken px-1.5 text-sm wrap-anywhere">
                {label}
              </span>
            ))}
          </Detail>
        </dl>
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </div>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1">
      <dt className="text-sm font-medium">{name}</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 wrap-anywhere text-ink-soft">
        {children}
      </dd>
    </div>
  );
}
