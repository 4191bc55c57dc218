import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/announce";
import { api, ifMatch } from "@/lib/api";
import type { NewTask, ProjectId, Status, Task, TaskFields, TaskFilter, TaskId } from "@/lib/api-types";
import { anyBoard, boardQuery, columnPage, nameOf, updateBoards } from "@/lib/board/board-query";
import { withoutTask, withPage, withTask } from "@/lib/board/board-state";
import { isApiError } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import type { Toast } from "@/lib/toast/toasts";
import { statusName } from "@/lib/words";
import { madeFrom, remember, wasLeft } from "./moves";
import { restoreTasks } from "./restore";
import { tellUndoable } from "./undoable";

const tasksPath = (project: ProjectId) => `/projects/${project}/tasks`;
export const taskPath = (project: ProjectId, task: TaskId) => `${tasksPath(project)}/${task}`;

/** The stored task that a 412 carries. */
export function currentOf(error: unknown): Task | undefined {
  return isApiError(error, "version_mismatch") ? (error.problem?.current as Task | undefined) : undefined;
}

export function useLoadMore(project: ProjectId, status: Status, filter: TaskFilter) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (cursor: string) => columnPage(project, status, cursor, filter),
    onSuccess: (page) =>
      client.setQueryData(
        boardQuery(project, filter).queryKey,
        (state) => state && withPage(state, status, page),
      ),
  });
}

export function useCreateTask(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ task, key }: { task: NewTask; key: string }) =>
      api.post<Task>(tasksPath(project), task, { headers: { "Idempotency-Key": key } }),
    onSuccess: (task) => {
      updateBoards(client, project, (state) => withTask(state, task, true));
      void client.invalidateQueries({ queryKey: queryKeys.tasks(project) });
    },
  });
}

/** Writes some fields of a task; rejects with a 412 when it is no longer at `version`. */
export function useEditTask(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, fields, version }: { id: TaskId; fields: Partial<TaskFields>; version: number }) =>
      api.patch<Task>(taskPath(project, id), fields, version),
    onSuccess: (task) => {
      updateBoards(client, project, (state) => withTask(state, task));
      client.setQueryData(queryKeys.task(project, task.id), task);
      void client.invalidateQueries({ queryKey: queryKeys.tasks(project) });
    },
  });
}

/** Brings a task into another column, at its end; rejects when somebody else moved it meanwhile. */
export function useChangeStatus(project: ProjectId) {
  const client = useQueryClient();
  return async ({ id, version }: Task, status: Status): Promise<Task> => {
    const board = anyBoard(client, project);
    const made = board && madeFrom(board, id);
    const task = await api.post<Task>(
      `${taskPath(project, id)}/move`,
      { status },
      { headers: ifMatch(version) },
    );
    if (made) remember(client, project, made);
    wasLeft(client, task);
    updateBoards(client, project, (state) => withTask(state, task, true));
    client.setQueryData(queryKeys.task(project, id), task);
    void client.invalidateQueries({ queryKey: queryKeys.tasks(project) });
    announce(`${nameOf(client, task)} moved to ${statusName[status]}`);
    return task;
  };
}

export function useDeleteTask(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (task: Task) => {
      try {
        await api.delete(taskPath(project, task.id), task.version);
      } catch (error) {
        if (!isApiError(error, "not_found")) throw error; // gone already is what was wanted
      }
    },
    onSuccess: (_nothing, task) => {
      updateBoards(client, project, (state) => withoutTask(state, task.id, task.version + 1));
      void client.invalidateQueries({ queryKey: queryKeys.tasks(project) });
      const name = nameOf(client, task);
      announce(`${name} deleted`);
      const told: Toast = { key: `delete ${task.id}`, tone: "info", title: `${name} is deleted` };
      tellUndoable(client, project, told, () => restoreTasks(client, [task]));
    },
  });
}
