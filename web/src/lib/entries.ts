/** What happened in a project, in words: for a task's history and the project's activity. */
import type { Entry, Member, Priority, Status } from "./api-types";
import { priorityName, roleName, shortDate, statusName, taskName } from "./words";

const fieldName: Readonly<Record<string, string>> = {
  title: "title",
  description: "description",
  status: "status",
  priority: "priority",
  assignee: "assignee",
  due: "due date",
  labels: "labels",
  name: "name",
  archived: "archived",
};

/** A sentence without its subject: "moved WS-3 from To Do to Done". The key of the project names the task, where it is not plain which. */
export function told(entry: Entry, members: readonly Member[], projectKey?: string): string {
  const { type, number, title, name, role } = entry;
  const changes = entry.changes ?? [];
  const about = projectKey !== undefined;
  const task = !about ? "it" : number === undefined ? "a task" : taskName(projectKey, number);
  const named = title === undefined || !about ? task : `${task} “${title}”`;
  const person = name ?? "somebody";
  const inRole = role && role in roleName ? ` as ${roleName[role].toLowerCase()}` : "";
  switch (type) {
    case "task.created":
      return about ? `created ${named}` : "created this task";
    case "task.moved": {
      const status = changes.find(({ field }) => field === "status");
      return status
        ? `moved ${task} from ${inWords("status", status.from, members)} to ${inWords("status", status.to, members)}`
        : `moved ${task} within its column`;
    }
    case "task.updated": {
      const all = changes.map((change) => changed(change, members));
      return `${about ? `in ${task} ` : ""}${all.length === 0 ? "changed something" : all.join(", ")}`;
    }
    case "task.deleted":
      return `deleted ${named}`;
    case "task.restored":
      return `brought ${named} back`;
    case "comment.added":
      return about ? `commented on ${named}` : "commented";
    case "comment.updated":
      return `edited a comment${about ? ` on ${task}` : ""}`;
    case "comment.deleted":
      return `deleted a comment${about ? ` on ${task}` : ""}`;
    case "member.added":
      return entry.userId !== undefined && entry.userId === entry.actor
        ? `joined${inRole}`
        : `added ${person}${inRole}`;
    case "member.updated":
      return `made ${person} ${role ? article(roleName[role].toLowerCase()) : "something else"}`;
    case "member.removed":
      return entry.userId === entry.actor ? "left the project" : `removed ${person}`;
    case "project.created":
      return "started the project";
    case "project.updated":
      return changes.length === 0
        ? "changed the project"
        : changes.map((change) => projectChange(change)).join(", ");
    case "project.deleted":
      return "deleted the project";
    case "export.finished":
      return "exported tasks";
    default:
      return "did something this page is too old to name";
  }
}

type Change = NonNullable<Entry["changes"]>[number];

function projectChange({ field, to }: Change): string {
  if (field === "archived") return to === true ? "archived the project" : "brought the project back";
  if (field === "name" && typeof to === "string") return `renamed the project to “${to}”`;
  if (field === "key" && typeof to === "string") return `changed the project's key to ${to}`;
  return `changed the project's ${fieldName[field] ?? field}`;
}

function changed({ field, from, to }: Change, members: readonly Member[]): string {
  const what = fieldName[field] ?? field;
  if (field === "description" || (from === undefined && to === undefined)) return `changed the ${what}`;
  if (isNothing(to)) return `cleared the ${what}`;
  if (isNothing(from)) return `set the ${what} to ${inWords(field, to, members)}`;
  return `changed the ${what} from ${inWords(field, from, members)} to ${inWords(field, to, members)}`;
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === "none" ||
  (Array.isArray(value) && value.length === 0);

function inWords(field: string, value: unknown, members: readonly Member[]): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "string") return String(value);
  switch (field) {
    case "status":
      return value in statusName ? statusName[value as Status] : value;
    case "priority":
      return value in priorityName ? priorityName[value as Priority] : value;
    case "assignee":
      return members.find(({ userId }) => userId === value)?.name ?? "a former member";
    case "due":
      return shortDate(value);
    default:
      return `“${value}”`;
  }
}

const article = (word: string): string => `${/^[aeiou]/i.test(word) ? "an" : "a"} ${word}`;
