import type { QueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/announce";
import { api } from "@/lib/api";
import type { BulkResult, BulkSet, Page, ProjectId, Task, TaskId } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { withTask } from "@/lib/board/board-state";
import { updateLists } from "@/lib/board/task-lists";
import { messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { toast } from "@/lib/toast/toasts";
import { tasks as inWords } from "@/lib/words";
import { focusReturned } from "./focus";
import { wasLeft } from "./moves";

/** One request: a value, and the tasks that had it. */
interface Back {
  set: BulkSet;
  /** With the rank of a task that returns to its column. */
  items: { id: TaskId; version: number; rank?: string }[];
}

/** What gives tasks the value back that `set` took from them; tasks it changed nothing about stay out of it. */
export function backTo(before: readonly Task[], stored: readonly Task[], set: BulkSet): Back[] {
  const [field] = Object.keys(set) as ("status" | "assignee" | "priority")[];
  if (!field) return [];
  const groups = new Map<unknown, Back>();
  for (const { id, version, [field]: now } of stored) {
    const old = before.find((task) => task.id === id);
    const was = old?.[field];
    if (was === undefined || was === now) continue;
    const group = groups.get(was) ?? { set: { [field]: was } as BulkSet, items: [] };
    group.items.push({ id, version, ...(field === "status" && old && { rank: old.rank }) });
    groups.set(was, group);
  }
  return [...groups.values()];
}

/** Writes what a change of many tasks has brought into every view of them. */
export function takeIn(client: QueryClient, project: ProjectId, stored: readonly Task[]): void {
  for (const task of stored) updateBoards(client, project, (state) => withTask(state, task, true));
  const news = new Map(stored.map((task) => [task.id, task]));
  updateLists(client, project, (task) => news.get(task.id) ?? task);
  void client.invalidateQueries({ queryKey: queryKeys.tasks(project) });
}

/** Undoes a change of many tasks. A task that somebody has changed since is left as it is, with a word about it. */
export async function setBack(
  client: QueryClient,
  project: ProjectId,
  groups: readonly Back[],
): Promise<void> {
  const stored: Task[] = [];
  let left = 0;
  let why = "Someone has changed them since.";
  for (const { set, items } of groups) {
    try {
      const answer = await api.post<Page<BulkResult>>(`/projects/${project}/tasks/bulk`, { items, set });
      const back = answer.items.flatMap(({ status, task }) => (status === 200 && task ? [task] : []));
      stored.push(...back);
      if ("status" in set) for (const task of back) wasLeft(client, task);
      left += items.length - back.length;
    } catch (error) {
      left += items.length;
      why = messageOf(error);
    }
  }
  takeIn(client, project, stored);
  if (stored[0]) {
    announce(`Undone for ${inWords(stored.length)}`);
    focusReturned(stored[0].id);
  }
  if (left === 0) return;
  toast({
    key: `bulk ${project}`,
    tone: "info",
    title: `Not undone for ${inWords(left)}`,
    text: why,
  });
}
