import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/announce";
import { api } from "@/lib/api";
import type { BulkResult, BulkSet, Page, ProjectId, Task } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { withoutTask } from "@/lib/board/board-state";
import { updateLists } from "@/lib/board/task-lists";
import { toast, type Toast } from "@/lib/toast/toasts";
import { tasks as inWords } from "@/lib/words";
import { backTo, setBack, takeIn } from "./bulk-undo";
import { wasLeft } from "./moves";
import { restoreTasks } from "./restore";
import { tellUndoable } from "./undoable";

/** `done` says it in the past tense: "moved to Done". */
export type BulkChange = { done: string } & ({ set: BulkSet } | { delete: true });

export interface Refusal {
  /** As it is stored, where the server told. */
  task: Task;
  why: string;
}

export interface BulkEdit {
  /** At most 100. */
  tasks: readonly Task[];
  change: BulkChange;
}

/**
 * Changes or deletes many tasks in one request, each with an answer of its own.
 * A value is set whatever else changed meanwhile; deleting depends on what was
 * seen. Resolves with what the server refused; rejects when nothing was done.
 */
export function useBulkEdit(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ tasks, change }: BulkEdit) => {
      const { items } = await api.post<Page<BulkResult>>(
        `/projects/${project}/tasks/bulk`,
        "delete" in change
          ? { items: tasks.map(({ id, version }) => ({ id, version })), delete: true }
          : { items: tasks.map(({ id }) => ({ id })), set: change.set },
      );
      return sorted(tasks, items, "delete" in change);
    },
    onSuccess: ({ stored, gone, refused }, { tasks, change }) => {
      for (const { id, version } of gone) {
        updateBoards(client, project, (state) => withoutTask(state, id, version + 1));
      }
      const left = new Set(gone.map(({ id }) => id));
      updateLists(client, project, (task) => (left.has(task.id) ? undefined : task));
      takeIn(client, project, stored);
      if ("set" in change && "status" in change.set) for (const task of stored) wasLeft(client, task);

      const count = stored.length + gone.length;
      const title = `${inWords(count)} ${change.done}`;
      if (refused.length > 0) {
        announce(`${title}, ${inWords(refused.length)} not`);
        return;
      }
      const back = "set" in change ? backTo(tasks, stored, change.set) : [];
      const told: Toast = { key: `bulk ${project}`, tone: "success", title };
      if (gone.length + back.length === 0) toast(told);
      else
        tellUndoable(client, project, told, () =>
          "set" in change ? setBack(client, project, back) : restoreTasks(client, gone),
        );
    },
  });
}

/** What became of each task. */
function sorted(tasks: readonly Task[], results: readonly BulkResult[], deleting: boolean) {
  const stored: Task[] = [];
  const gone: Task[] = [];
  const refused: Refusal[] = [];
  const answers = new Map(results.map((result) => [result.id, result]));
  for (const task of tasks) {
    const answer = answers.get(task.id);
    // Gone already is what was wanted.
    if (deleting && (answer?.status === 204 || answer?.code === "not_found")) gone.push(task);
    else if (answer?.status === 200 && answer.task) stored.push(answer.task);
    else refused.push({ task: answer?.task ?? task, why: reason(answer) });
  }
  return { stored, gone, refused };
}

function reason(answer: BulkResult | undefined): string {
  if (answer?.code === "version_mismatch") return "Someone changed it a moment ago.";
  if (answer?.code === "not_found") return "Someone deleted it.";
  return answer?.detail ?? "The server did not say why.";
}
