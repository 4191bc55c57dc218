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
