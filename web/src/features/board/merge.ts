/** Taiga's rule for two people editing one task: what only one of them touched merges in silence. */
import type { NewTask, Task } from "@/lib/api-types";

export const fieldNames = [
  "title",
  "description",
  "status",
  "priority",
  "assignee",
  "due",
  "labels",
] as const;

export type FieldName = (typeof fieldNames)[number];

export const fieldLabel: Readonly<Record<FieldName, string>> = {
  title: "Title",
  description: "Description",
  status: "Status",
  priority: "Priority",
  assignee: "Assignee",
  due: "Due date",
  labels: "Labels",
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields of `edited` that differ from `base`. */
export function changedFields(base: NewTask, edited: NewTask): Partial<NewTask> {
  return Object.fromEntries(
    fieldNames.filter((name) => !same(base[name], edited[name])).map((name) => [name, edited[name]]),
  );
}

/** The fields that both sides changed since `base`, to different values. */
export function conflictingFields(base: Task, mine: Partial<NewTask>, theirs: Task): FieldName[] {
  return fieldNames.filter(
    (name) => name in mine && !same(base[name], theirs[name]) && !same(mine[name], theirs[name]),
  );
}

/** A form over a task: what the person started from, and what it shows now. */
export interface Edit {
  base: Task;
  edited: NewTask;
}

/**
 * The form once the task is `theirs`: what the person left as it was follows,
 * what they changed stays. What both changed stays in `base` as it was, with
 * its version, so that saving finds the conflict.
 */
export function follow({ base, edited }: Edit, theirs: Task): Edit {
  if (theirs.version < base.version) return { base, edited };
  const mine = changedFields(base, edited);
  const kept = conflictingFields(base, mine, theirs);
  const from = Object.fromEntries(kept.map((name) => [name, base[name]])) as Partial<Task>;
  const version = kept.length > 0 ? base.version : theirs.version;
  return { base: { ...theirs, ...from, version }, edited: { ...theirs, ...mine } };
}
