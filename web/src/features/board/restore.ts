import type { QueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/announce";
import { api } from "@/lib/api";
import type { Task } from "@/lib/api-types";
import { nameOf, updateBoards } from "@/lib/board/board-query";
import { withTask } from "@/lib/board/board-state";
import { messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { toast } from "@/lib/toast/toasts";
import { tasks as inWords } from "@/lib/words";
import { focusReturned } from "./focus";

/** At a time, so that a hundred do not meet the limit of requests. */
const TOGETHER = 5;

/** Undoes deletions; what does not come back is said, with a way to try again. Restoring twice does no harm. */
export async function restoreTasks(client: QueryClient, tasks: readonly Task[]): Promise<void> {
  const lost: Task[] = [];
  let why: unknown;
  const restore = async (task: Task) => {
    try {
      const back = await api.post<Task>(`/projects/${task.projectId}/tasks/${task.id}/restore`, {});
      updateBoards(client, task.projectId, (state) => withTask(state, back, true));
    } catch (error) {
      lost.push(task);
      why = error;
    }
  };
  for (let at = 0; at < tasks.length; at += TOGETHER) {
    await Promise.all(tasks.slice(at, at + TOGETHER).map(restore));
  }
  const [first] = tasks;
  if (!first) return;
  void client.invalidateQueries({ queryKey: queryKeys.tasks(first.projectId) });
  const name = (some: readonly Task[]) =>
    some.length === 1 && some[0] ? nameOf(client, some[0]) : inWords(some.length);
  const [back, ...others] = tasks.filter((task) => !lost.includes(task));
  if (back) {
    announce(`${name([back, ...others])} came back`);
    focusReturned(back.id);
  }
  if (lost.length === 0) return;
  toast({
    key: `restore ${first.id}`,
    tone: "error",
    title: `${name(lost)} did not come back`,
    text: messageOf(why),
    action: { label: "Retry", run: () => void restoreTasks(client, lost) },
  });
}
