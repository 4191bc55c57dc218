/** Taiga's rule for two people editing one task: what only one of them touched merges in silence. */
import type { Task, TaskFields } from "@/lib/api-types";

export const fieldNames = ["title", "description", "priority", "assignee", "due", "labels"] as const;

export type FieldName = (typeof fieldNames)[number];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields of `edited` that differ from `base`: what a PATCH has to say. */
export function changedFields(base: TaskFields, edited: TaskFields): Partial<TaskFields> {
  return Object.fromEntries(
    fieldNames.filter((name) => !same(base[name], edited[name])).map((name) => [name, edited[name]]),
  );
}

/** The fields that both sides changed since `base`, to different values. */
export function conflictingFields(base: Task, mine: Partial<TaskFields>, theirs: Task): FieldName[] {
  return fieldNames.filter(
    (name) => name in mine && !same(base[name], theirs[name]) && !same(mine[name], theirs[name]),
  );
}
