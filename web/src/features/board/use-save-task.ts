import { useState } from "react";
import type { NewTask, ProjectId, Task } from "@/lib/api-types";
import { currentOf, useChangeStatus, useEditTask } from "./board-api";
import { conflictingFields, type FieldName } from "./merge";

export interface Conflict {
  /** What is stored now. */
  theirs: Task;
  mine: Partial<NewTask>;
  fields: FieldName[];
}

const ATTEMPTS = 4;

/**
 * Saves what was changed about a task. When somebody else saved first, fields
 * that only one of the two touched are merged without a word; for the others
 * `conflict` says what to ask. The status is written after the rest, by a move.
 */
export function useSaveTask(project: ProjectId) {
  const edit = useEditTask(project);
  const move = useChangeStatus(project);
  const [conflict, setConflict] = useState<Conflict>();

  /** Resolves with the stored task, or with undefined when a conflict waits for an answer. */
  async function save(base: Task, mine: Partial<NewTask>): Promise<Task | undefined> {
    setConflict(undefined);
    const { status, ...fields } = mine;
    let stored: Task | undefined = base;
    if (Object.keys(fields).length > 0) {
      stored = await write(base, mine, ({ id, version }) => edit.mutateAsync({ id, fields, version }));
    }
    if (!stored || !status) return stored;
    return write(stored, { status }, (now) => (now.status === status ? now : move(now, status)));
  }

  /** Makes one request, again with what is stored now as long as it touches nothing of `mine`. */
  async function write(
    base: Task,
    mine: Partial<NewTask>,
    request: (now: Task) => Task | Promise<Task>,
  ): Promise<Task | undefined> {
    let now = base;
    for (let attempt = 1; ; attempt++) {
      try {
        return await request(now);
      } catch (error) {
        const theirs = currentOf(error);
        if (!theirs || attempt === ATTEMPTS) throw error;
        const fields = conflictingFields(base, mine, theirs);
        if (fields.length > 0) {
          setConflict({ theirs, mine, fields });
          return undefined;
        }
        now = theirs;
      }
    }
  }

  return { save, conflict, dismiss: () => setConflict(undefined) };
}
