import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/announce";
import { api, ifMatch } from "@/lib/api";
import type { Move, NewTask, ProjectId, Status, Task, TaskFields, TaskFilter, TaskId } from "@/lib/api-types";
import { boardQuery, columnPage, updateBoards } from "@/lib/board/board-query";
import {
  type BoardState,
  findTask,
  moveSettled,
  moveShown,
  neighbours,
  withoutTask,
  withPage,
  withTask,
} from "@/lib/board/board-state";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { toast } from "@/lib/toast/toasts";
import { statusName, taskName } from "@/lib/words";
import { restoreTasks } from "./restore";

const tasksPath = (project: ProjectId) => `/projects/${project}/tasks`;
const taskPath = (project: ProjectId, task: TaskId) => `${tasksPath(project)}/${task}`;

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

export interface Placement {
  id: TaskId;
  status: Status;
  /** Where in the column, counted without the card itself. */
  index: number;
}

const MOVE_ATTEMPTS = 3;

/**
 * Moves a card at once and asks the server after. Moves of one project go out
 * one by one, so that the second of two quick moves knows the first one's
 * version. A card somebody else edited meanwhile is moved all the same; one
 * that somebody else moved goes where they put it, with a word about it.
 */
export function useMoveTask(project: ProjectId, filter: TaskFilter) {
  const client = useQueryClient();
  const { queryKey } = boardQuery(project, filter);
  const board = () => client.getQueryData(queryKey);
  const updateShown = (change: (state: BoardState) => BoardState) =>
    client.setQueryData(queryKey, (state) => state && change(state));

  const mutation = useMutation({
    scope: { id: `move ${project}` },
    mutationFn: async ({ id, move }: { id: TaskId; move: Move; placement: Placement }) => {
      const base = board()?.pending[id]?.server;
      if (!base) throw new Error(`no move of ${id} is pending`);
      let { version } = base;
      for (let attempt = 1; ; attempt++) {
        try {
          return await api.post<Task>(`${taskPath(project, id)}/move`, move, { headers: ifMatch(version) });
        } catch (error) {
          const current = currentOf(error);
          const movedByOther = current?.status !== base.status || current.rank !== base.rank;
          if (!current || movedByOther || attempt === MOVE_ATTEMPTS) throw error;
          version = current.version;
        }
      }
    },
    onSuccess: (task) => {
      updateShown((state) => moveSettled(state, task.id, task));
      updateBoards(client, project, (state) => withTask(state, task));
    },
    onError: (error, { id, placement }) => {
      const current = currentOf(error);
      updateShown((state) => moveSettled(state, id, current));
      const state = board();
      const task = state && findTask(state, id);
      if (!task) return;
      const name = taskName(task.number);
      announce(`${name} is back in ${statusName[task.status]}`);
      toast({
        key: `move ${id}`,
        tone: "error",
        title: current
          ? `Someone else moved ${name} to ${statusName[current.status]}`
          : `${name} was not moved`,
        text: current ? "It stays where they put it." : messageOf(error),
        action: { label: current ? "Move it anyway" : "Retry", run: () => move(placement) },
      });
    },
  });

  function move(placement: Placement): void {
    const state = board();
    const task = state && findTask(state, placement.id);
    if (!task) return;
    const { id, status, index } = placement;
    const between = neighbours(state, id, status, index);
    // Shown before anything asynchronous happens, so that the card never jumps back and keeps the focus.
    // A fetch under way does no harm: what it brings is merged with the moves that are pending.
    updateShown((shown) => moveShown(shown, id, status, index));
    mutation.mutate({ id, placement, move: { status, ...between } });
    const length = state.columns[status].items.length + (task.status === status ? 0 : 1);
    announce(`${taskName(task.number)} moved to ${statusName[status]}, position ${index + 1} of ${length}`);
  }

  return move;
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
  return async ({ id, version }: Task, status: Status): Promise<void> => {
    const task = await api.post<Task>(
      `${taskPath(project, id)}/move`,
      { status },
      { headers: ifMatch(version) },
    );
    updateBoards(client, project, (state) => withTask(state, task, true));
    client.setQueryData(queryKeys.task(project, id), task);
    void client.invalidateQueries({ queryKey: queryKeys.tasks(project) });
    announce(`${taskName(task.number)} moved to ${statusName[status]}`);
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
      const name = taskName(task.number);
      announce(`${name} deleted`);
      toast({
        key: `delete ${task.id}`,
        tone: "info",
        title: `${name} is deleted`,
        action: { label: "Undo", run: () => void restoreTasks(client, [task]) },
      });
    },
  });
}
