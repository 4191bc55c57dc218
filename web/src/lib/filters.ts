/** Filters of tasks, as they stand in the address of a page and in a request. */
import type { Task, TaskFilter, UserId } from "./api-types";
import { priorities, priorityName, statuses, statusName, today } from "./words";

const names = ["status", "priority", "assignee", "label", "due", "q"] as const satisfies (keyof TaskFilter)[];

/**
 * What the address asks for, as the server takes it: what no task could have is
 * left out and a text that is too long is cut, or an address typed wrong would
 * be a page that does not load.
 */
export function filterFrom(params: URLSearchParams): TaskFilter {
  const text = (name: string) => params.get(name)?.trim() ?? "";
  const status = statuses.find((one) => one === text("status"));
  const priority = priorities.find((one) => one === text("priority"));
  const assignee = isAssignee(text("assignee")) && text("assignee");
  const label = [...text("label")].length <= MAX_LABEL && text("label");
  const due = isDueFilter(text("due")) && text("due");
  const q = queryFrom(params);
  return {
    ...(status && { status }),
    ...(priority && { priority }),
    ...(assignee && { assignee: assignee as UserId }),
    ...(label && { label }),
    ...(due && { due }),
    ...(q && { q }),
  };
}

/** The longest label, and the longest text to search for, in code points as the server counts them. */
const MAX_LABEL = 40;
export const MAX_QUERY = 200;

/** The text an address asks to search for. */
export const queryFrom = (params: URLSearchParams): string =>
  [...(params.get("q")?.trim() ?? "")].slice(0, MAX_QUERY).join("");

/** Whether a text is nobody, or an id as users have it: a ULID. */
const isAssignee = (text: string): boolean => text === "none" || /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);

function isDueFilter(text: string): boolean {
  if (text === "overdue" || text === "none") return true;
  const [from, to, more] = text.split("..");
  return (
    more === undefined && to !== undefined && text !== ".." && [from, to].every((day) => !day || isDay(day))
  );
}

/** Whether the calendar has such a day: a Date would read the 30th of February as one in March. */
function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${text}T`);
}

/** The same address with another filter; what else it says stays. */
export function withFilter(params: URLSearchParams, filter: TaskFilter): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of names) {
    const value = filter[name];
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

export const isFiltered = (filter: TaskFilter): boolean => names.some((name) => filter[name] !== undefined);

/** A filter as a person says it: "Priority High, Label urgent". `nameOf` knows the members. */
export function filterInWords(filter: TaskFilter, nameOf: (user: UserId) => string | undefined): string {
  const { status, priority, assignee, label, due, q } = filter;
  const who = assignee === "none" ? "Nobody's" : assignee && (nameOf(assignee) ?? "One person's");
  return [
    status && statusName[status],
    priority && `Priority ${priorityName[priority]}`,
    who,
    label && `Label ${label}`,
    due &&
      (due === "none" ? "No due date" : due === "overdue" ? "Overdue" : `Due ${due.replace("..", " to ")}`),
    q && `“${q}”`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** The dates of the coming seven days, today included. */
export function thisWeek(now = new Date()): string {
  const end = new Date(now);
  end.setDate(end.getDate() + 6);
  return `${today(now)}..${today(end)}`;
}

/** Whether a task belongs on a filtered page. The server decides; this keeps a page true between its answers. */
export function matches(task: Task, filter: TaskFilter): boolean {
  const { status, priority, assignee, label, due, q } = filter;
  if (status && task.status !== status) return false;
  if (priority && task.priority !== priority) return false;
  if (assignee && (task.assignee ?? "none") !== assignee) return false;
  if (label && !task.labels.some((one) => one.toLowerCase() === label.toLowerCase())) return false;
  if (due && !isDue(task, due)) return false;
  return q === undefined || mentions(task, q);
}

function isDue(task: Task, due: string): boolean {
  if (due === "none") return task.due === null;
  if (task.due === null) return false;
  if (due === "overdue") return task.status !== "done" && task.due < today();
  const [from = "", to = ""] = due.split("..");
  return (from === "" || task.due >= from) && (to === "" || task.due <= to);
}

function mentions(task: Task, q: string): boolean {
  const wanted = q.toLowerCase();
  const number = /^(?:[a-z][a-z\d]{1,4}-)?(\d+)$/.exec(wanted)?.[1]; // behind any key, as the server has it
  if (number !== undefined && Number(number) === task.number) return true;
  return [task.title, task.description, ...task.labels].some((text) => text.toLowerCase().includes(wanted));
}
