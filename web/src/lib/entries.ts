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

/** A sentence without its subject, around the name of the task it is about: "moved ", "WS-3", " to Done". */
export interface Told {
  before: string;
  /** Empty where no task is named. */
  task: string;
  after: string;
}

/** What an entry says. The key of the project names the task, where it is not plain which. */
export function told(entry: Entry, members: readonly Member[], projectKey?: string): Told {
  const { type, number, title, name, role } = entry;
  const changes = entry.changes ?? [];
  const about = projectKey !== undefined;
  const task = !about ? "" : number === undefined ? "a task" : taskName(projectKey, number);
  const says = (before: string): Told => ({ before, task: "", after: "" });
  const names = (before: string, after = ""): Told =>
    about ? { before, task, after } : says(`${before}it${after}`);
  const titled = title === undefined ? "" : ` “${title}”`;
  const person = name ?? "somebody";
  const inRole = role && role in roleName ? ` as ${roleName[role].toLowerCase()}` : "";
  switch (type) {
    case "task.created":
      return about ? names("created ", titled) : says("created this task");
    case "task.moved": {
      const status = changes.find(({ field }) => field === "status");
      return names(
        "moved ",
        status
          ? ` from ${inWords("status", status.from, members)} to ${inWords("status", status.to, members)}`
          : " within its column",
      );
    }
    case "task.updated": {
      const [first, ...others] = changes.map((change) => changed(change, members));
      if (!first) return about ? names("changed ") : says("changed something");
      const { verb, what, tail } = first;
      const rest = listed(
        others.map((other) => `${other.verb} ${other.what ? `its ${other.what}` : "it"}${other.tail}`),
      );
      if (what === undefined) return names(`${verb} `, tail + rest);
      return about
        ? names(`${verb} the ${what} of `, tail + rest)
        : says(`${verb} the ${what}${tail}${rest}`);
    }
    case "task.deleted":
      return about ? names("deleted ", titled) : says("deleted it");
    case "task.restored":
      return about ? names("brought ", `${titled} back`) : says("brought it back");
    case "comment.added":
      return about ? names("commented on ", titled) : says("commented");
    case "comment.updated":
      return about ? names("edited a comment on ") : says("edited a comment");
    case "comment.deleted":
      return about ? names("deleted a comment on ") : says("deleted a comment");
    case "member.added":
      return says(
        entry.userId !== undefined && entry.userId === entry.actor
          ? `joined${inRole}`
          : `added ${person}${inRole}`,
      );
    case "member.updated":
      return says(`made ${person} ${role ? article(roleName[role].toLowerCase()) : "something else"}`);
    case "member.removed":
      return says(entry.userId === entry.actor ? "left the project" : `removed ${person}`);
    case "project.created":
      return says("started the project");
    case "project.updated":
      return says(
        changes.length === 0
          ? "changed the project"
          : changes.map((change) => projectChange(change)).join(", "),
      );
    case "project.deleted":
      return says("deleted the project");
    case "export.finished":
      return says("exported tasks");
    default:
      return says("did something this page is too old to name");
  }
}

/** What follows a first thing: ", b and c". */
const listed = (others: readonly string[]): string =>
  others.map((other, i) => `${i === others.length - 1 ? " and " : ", "}${other}`).join("");

type Change = NonNullable<Entry["changes"]>[number];

function projectChange({ field, to }: Change): string {
  if (field === "archived") return to === true ? "archived the project" : "brought the project back";
  if (field === "name" && typeof to === "string") return `renamed the project to “${to}”`;
  if (field === "key" && typeof to === "string") return `changed the project's key to ${to}`;
  return `changed the project's ${fieldName[field] ?? field}`;
}

interface Changed {
  verb: string;
  /** The field; without, it happened to the task itself. */
  what?: string;
  tail: string;
}

/** "set", "due date", " to 5 Mar", or "assigned" and " to Grace". */
function changed({ field, from, to }: Change, members: readonly Member[]): Changed {
  const what = fieldName[field] ?? field;
  const [old, now] = [from, to].map((value) => inWords(field, value, members));
  if (field === "description" || (from === undefined && to === undefined)) {
    return { verb: "changed", what, tail: "" };
  }
  if (field === "assignee") {
    if (isNothing(to)) return { verb: "unassigned", tail: "" };
    return isNothing(from)
      ? { verb: "assigned", tail: ` to ${now}` }
      : { verb: "reassigned", tail: ` from ${old} to ${now}` };
  }
  if (isNothing(to)) return { verb: "cleared", what, tail: "" };
  if (isNothing(from)) return { verb: "set", what, tail: ` to ${now}` };
  return { verb: "changed", what, tail: ` from ${old} to ${now}` };
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
