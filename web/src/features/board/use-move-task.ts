import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/announce";
import { api, ifMatch } from "@/lib/api";
import type { Move, ProjectId, Status, Task, TaskFilter, TaskId } from "@/lib/api-types";
import { boardQuery, updateBoards } from "@/lib/board/board-query";
import {
  type BoardState,
  findTask,
  moveSettled,
  moveShown,
  neighbours,
  withTask,
} from "@/lib/board/board-state";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { OFFLINE_REASON } from "@/lib/online";
import { dismissToast, toast } from "@/lib/toast/toasts";
import { statusName, taskName } from "@/lib/words";
import { afterPaint } from "./after-paint";
import { currentOf, taskPath } from "./board-api";
import { focusCard } from "./focus";
import { forget, indexBack, isWhereLeft, lastMade, type Made, madeFrom, remember, wasLeft } from "./moves";

export interface Placement {
  id: TaskId;
  status: Status;
  /** Where in the column, counted without the card itself. */
  index: number;
  /** At the column's very end: behind the cards that are not loaded, too. */
  last?: boolean;
}

interface Moving {
  id: TaskId;
  move: Move;
  placement: Placement;
  /** Absent while a move is taken back: that is not undone in turn. */
  made?: Made;
}

const MOVE_ATTEMPTS = 3;
/** The toast about the last move, which the next one makes untrue. */
const MOVED = "moved";

/**
 * Moves a card at once and asks the server after; `undo` takes what this tab
 * did last back, a move as a move like any other. Moves of one project go out one by
 * one, so that the second of two quick moves knows the first one's version. A
 * card somebody else edited meanwhile is moved all the same; one that somebody
 * else moved goes where they put it, with a word about it.
 */
export function useMoveTask(project: ProjectId, filter: TaskFilter) {
  const client = useQueryClient();
  const { queryKey } = boardQuery(project, filter);
  const board = () => client.getQueryData(queryKey);
  const nameOf = ({ number }: Pick<Task, "number">) => taskName(board()?.project.key, number);
  const updateShown = (change: (state: BoardState) => BoardState) =>
    client.setQueryData(queryKey, (state) => state && change(state));

  const mutation = useMutation({
    scope: { id: `move ${project}` },
    mutationFn: async ({ id, move }: Moving) => {
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
    onSuccess: (task, { made }) => {
      wasLeft(client, task);
      updateShown((state) => moveSettled(state, task.id, task));
      updateBoards(client, project, (state) => withTask(state, task));
      if (!made || made.from.status === task.status || made !== lastMade(client, project)) return;
      toast({
        key: MOVED,
        tone: "info",
        title: `${nameOf(task)} moved to ${statusName[task.status]}`,
        action: { label: "Undo", run: () => void takeBack(made) },
      });
    },
    onError: (error, { id, placement, made }) => {
      if (made) forget(client, project, made);
      const current = currentOf(error);
      updateShown((state) => moveSettled(state, id, current));
      const state = board();
      const task = state && findTask(state, id);
      if (!task) return;
      const name = nameOf(task);
      announce(`${name} is back in ${statusName[task.status]}`);
      if (isApiError(error, "not_found")) {
        toast({
          key: `move ${id}`,
          tone: "error",
          title: `${name} was not moved`,
          text: "Someone deleted it.",
        });
        return;
      }
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

  /** Resolves with where the card stands now, in words; undefined when the board does not show it. */
  function send(placement: Placement, made?: Made): string | undefined {
    const state = board();
    const task = state && findTask(state, placement.id);
    if (!task) return undefined;
    const { id, status, index } = placement;
    const between = placement.last ? {} : neighbours(state, id, status, index);
    // Shown before anything asynchronous happens, so that the card never jumps back and keeps the focus.
    // A fetch under way does no harm: what it brings is merged with the moves that are pending.
    updateShown((shown) => moveShown(shown, id, status, index));
    afterPaint(() => {
      dismissToast(MOVED);
      mutation.mutate({ id, placement, move: { status, ...between }, ...(made && { made }) });
    });
    const length = state.columns[status].items.length + (task.status === status ? 0 : 1);
    return `${statusName[status]}, position ${index + 1} of ${length}`;
  }

  function move(placement: Placement): void {
    const state = board();
    const made = state && madeFrom(state, placement.id);
    if (!made) {
      toast({
        key: `move ${placement.id}`,
        tone: "info",
        title: "The card was not moved",
        text: "Meanwhile somebody deleted it, or it left what the board shows.",
      });
      return;
    }
    remember(client, project, made);
    const where = send(placement, made);
    afterPaint(() => announce(`${nameOf(made)} moved to ${where}`));
  }

  /** Resolves with why the move stands all the same; with undefined once the card is on its way back. */
  async function reverse(made: Made, state: BoardState): Promise<string | undefined> {
    const { id, from } = made;
    const shown = findTask(state, id);
    if (!shown && state.gone[id] !== undefined) return "The task is deleted.";
    const task = shown ?? (await api.get<Task>(taskPath(project, id)));
    const underWay = state.pending[id] !== undefined;
    if (!underWay && !isWhereLeft(client, task)) {
      return `Someone has moved it since; it is in ${statusName[task.status]}.`;
    }
    const index = indexBack(state, made);
    let where: string | undefined = statusName[from.status];
    if (shown) {
      where = send({ id, status: from.status, index });
    } else {
      // It is beyond what the board has loaded, or hidden by its filter.
      const move: Move = { status: from.status, ...neighbours(state, id, from.status, index) };
      const headers = ifMatch(task.version);
      const back = await api.post<Task>(`${taskPath(project, id)}/move`, move, { headers });
      wasLeft(client, back);
      updateBoards(client, project, (before) => withTask(before, back, true));
    }
    announce(`Undone: ${nameOf(made)} is back in ${where}`);
    return undefined;
  }

  async function takeBack(made: Made): Promise<void> {
    const state = board();
    if (!state) return; // another person's session by now
    let why: string | undefined;
    if (navigator.onLine) {
      forget(client, project, made);
      try {
        why = await reverse(made, state);
      } catch (error) {
        why = isApiError(error, "not_found") ? "The task is deleted." : messageOf(error);
      }
    } else {
      why = OFFLINE_REASON;
    }
    if (why === undefined) focusCard(made.id);
    else
      toast({
        key: MOVED,
        tone: "info",
        title: `The move of ${nameOf(made)} is not undone`,
        text: why,
      });
  }

  function undo(): void {
    const made = lastMade(client, project);
    if (!made) toast({ key: MOVED, tone: "info", title: "There is nothing of yours to undo" });
    else if ("said" in made) made.undo();
    else void takeBack(made);
  }

  return { move, undo };
}
