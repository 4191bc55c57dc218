/** Words and shapes of values that several screens show. */
import type { Counts, Priority, Role, Status } from "./api-types";

export const statuses: readonly Status[] = ["todo", "in_progress", "done"];

export const statusName: Readonly<Record<Status, string>> = {
  todo: "To Do",
  in_progress: "In Progress",
  done: "Done",
};

/** The dot beside a status; colour never stands alone. */
export const statusDot: Readonly<Record<Status, string>> = {
  todo: "bg-todo",
  in_progress: "bg-doing",
  done: "bg-done",
};

export const priorities: readonly Priority[] = ["none", "low", "medium", "high", "urgent"];

export const priorityName: Readonly<Record<Priority, string>> = {
  none: "No priority",
  low: "Low",
  medium: "Medium",
  high: "High",
  urgent: "Urgent",
};

export const roles: readonly Role[] = ["viewer", "editor", "owner"];

export const roleName: Readonly<Record<Role, string>> = {
  viewer: "Viewer",
  editor: "Editor",
  owner: "Owner",
};

export const countOf = (counts: Counts, status: Status): number =>
  status === "in_progress" ? counts.inProgress : counts[status];

export const totalOf = (counts: Counts): number => counts.todo + counts.inProgress + counts.done;

/** What people call a task. Answers from before projects had keys lack one, and all tasks were CUM. */
export const taskName = (projectKey: string | undefined, number: number): string =>
  `${projectKey || "CUM"}-${number}`;

const some = (count: number, thing: string): string =>
  count === 1 ? `1 ${thing}` : `${count.toLocaleString("en")} ${thing}s`;

export const tasks = (count: number): string => some(count, "task");

export const comments = (count: number): string => some(count, "comment");

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/**
 * "3 hours ago"; a date when it is more than a week ago. What it tells of has
 * happened, so a time ahead of this device's clock is "just now".
 */
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.min(0, (Date.parse(time) - now) / 1000);
  if (-seconds > 7 * 86_400) return day(time);
  for (const [unit, size] of units) {
    if (-seconds >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

/** A moment's date as the person writes dates: "5 Mar 2026" in Britain. */
export const day = (time: string): string =>
  new Date(time).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });

/** Made once: a board formats a date per card, and making it takes ten times as long as using it. */
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** A plain date without its year, as the person writes it: "5 Mar". */
export const shortDate = (date: string): string => dayAndMonth.format(new Date(`${date}T00:00:00`));

/** A plain date that leaves no question: "Thu, 5 Mar 2026". */
export const fullDate = (date: string): string =>
  new Date(`${date}T00:00:00`).toLocaleDateString(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });

/** Today as YYYY-MM-DD where the person is. */
export function today(now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
