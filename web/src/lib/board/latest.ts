import type { Talk, Task } from "@/lib/api-types";

/**
 * What is known of a task once it is told another time, in whatever order: its
 * fields and its comments have a version each. What was known, itself, if
 * nothing about it is new.
 */
export function latest(known: Task, told: Task): Task {
  return told.version > known.version ? talked(told, known) : talked(known, told);
}

/** A task with the number of comments that is told, unless what it says is newer or another's. */
export function talked(task: Task, { id, comments, talkVersion }: Talk): Task {
  return task.id === id && talkVersion > task.talkVersion ? { ...task, comments, talkVersion } : task;
}
