/** What somebody began to write about a task and has not saved. */
import type { CommentId, NewTask, ProjectId, TaskId, UserId } from "@/lib/api-types";
import { Draft, hasShape } from "@/lib/drafts";
import type { Edit } from "./merge";

const isNewTask = (value: unknown): value is NewTask =>
  hasShape(value, { title: "string", description: "string", status: "string", priority: "string" }) &&
  Array.isArray((value as NewTask).labels);

/** A task that does not exist yet; one per project. */
export const newTaskDraft = (user: UserId, project: ProjectId) =>
  new Draft(user, `new task ${project}`, isNewTask);

const isEdit = (value: unknown): value is Edit =>
  hasShape((value as Edit | null)?.base, { id: "string", version: "number", title: "string" }) &&
  isNewTask((value as Edit).edited);

export const editDraft = (user: UserId, task: TaskId) => new Draft(user, `task ${task}`, isEdit);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

export const commentDraft = (user: UserId, task: TaskId) => new Draft(user, `comment ${task}`, isText);

/** Another text for a comment that stands there already. */
export const commentEditDraft = (user: UserId, comment: CommentId) =>
  new Draft(user, `edit of comment ${comment}`, isText);
