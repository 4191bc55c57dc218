import { useState } from "react";
import type { ProjectId, Task, TaskFields } from "@/lib/api-types";
import { currentOf, useEditTask } from "./board-api";
import { conflictingFields, type FieldName } from "./merge";

export interface Conflict {
  /** What is stored now. */
  theirs: Task;
  mine: Partial<TaskFields>;
  fields: FieldName[];
}

const ATTEMPTS = 4;

/**
 * Saves changed fields of a task. When somebody else saved first, fields that
 * only one of the two touched are merged without a word; for the others
 * `conflict` says what to ask.
 */
export function useSaveTask(project: ProjectId) {
  const edit = useEditTask(project);
  const [conflict, setConflict] = useState<Conflict>();

  /** Resolves with the stored task, or with undefined when a conflict waits for an answer. */
  async function save(base: Task, mine: Partial<TaskFields>): Promise<Task | undefined> {
    setConflict(undefined);
    let { version } = base;
    for (let attempt = 1; ; attempt++) {
      if (Object.keys(mine).length === 0) return base;
      try {
        return await edit.mutateAsync({ id: base.id, fields: mine, version });
      } catch (error) {
        const theirs = currentOf(error);
        if (!theirs || attempt === ATTEMPTS) throw error;
        const fields = conflictingFields(base, mine, theirs);
        if (fields.length > 0) {
          setConflict({ theirs, mine, fields });
          return undefined;
        }
        version = theirs.version;
      }
    }
  }

  return { save, conflict, dismiss: () => setConflict(undefined) };
}
