/**
 * The board as the client keeps it: what the server answered, what live events
 * changed since, and the moves that are shown before the server confirmed them.
 * Pure functions over one immutable value; versions make every one of them safe
 * to apply twice or late.
 */
import type { Board, Member, Page, Project, Status, Talk, Task, TaskFilter, TaskId } from "@/lib/api-types";
import { matches } from "@/lib/filters";
import { statuses } from "@/lib/words";
import { latest, talked } from "./latest";

export interface Column {
  readonly items: readonly Task[];
  /** More of the column is at the server. */
  readonly nextCursor?: string | undefined;
}

/** A card shown where its person put it, while the server is still asked. */
interface Pending {
  /** Moves of this card under way. */
  readonly moves: number;
  /** The newest version the server is known to hold. */
  readonly server: Task;
}

export interface BoardState {
  readonly project: Project;
  /** Only tasks for which this holds are on it. */
  readonly filter: TaskFilter;
  readonly members: readonly Member[];
  /** Up to here the project's events are contained. */
  readonly seq: number;
  readonly columns: Readonly<Record<Status, Column>>;
  readonly pending: Readonly<Record<TaskId, Pending>>;
  /** Versions at which tasks were deleted: a late event must not bring them back. */
  readonly gone: Readonly<Record<TaskId, number>>;
}

/**
 * The state after a fetch. The answer comes from indexes that may lag, so what
 * `before` knows in a newer version stays, and so do moves under way.
 */
export function boardFrom(board: Board, before?: BoardState, filter: TaskFilter = {}): BoardState {
  const columns = Object.fromEntries(statuses.map((status) => [status, { items: [] }])) as unknown as Record<
    Status,
    Column
  >;
  const known = new Map(before && tasksOf(before).map((task) => [task.id, task]));
  /** The object there was, where nothing about it changed: its card need not render again. */
  const same = (task: Task): Task => {
    const was = known.get(task.id);
    const unchanged =
      was?.version === task.version &&
      was.talkVersion === task.talkVersion &&
      was.status === task.status &&
      was.rank === task.rank;
    return unchanged ? was : task;
  };
  for (const { status, items, nextCursor } of board.columns) {
    columns[status] = { items: items.map(same), nextCursor };
  }
  let state: BoardState = {
    project: board.project,
    filter,
    members: board.members,
    seq: board.seq,
    columns,
    pending: {},
    gone: before?.gone ?? {},
  };
  if (!before) return state;
  for (const task of tasksOf(state)) {
    if (task.version <= (state.gone[task.id] ?? 0)) state = takeOut(state, task.id);
    const newest = before.pending[task.id]?.server ?? known.get(task.id);
    if (newest) state = withTask(state, newest);
  }
  for (const [id, pending] of Object.entries(before.pending) as [TaskId, Pending][]) {
    const shown = findTask(before, id);
    if (!shown) continue;
    const fetched = findTask(state, id);
    const server = fetched ? latest(pending.server, fetched) : pending.server;
    state = insert(takeOut(state, id), { ...server, status: shown.status, rank: shown.rank }, true);
    state = { ...state, pending: { ...state.pending, [id]: { ...pending, server } } };
  }
  return state;
}

export function tasksOf(state: BoardState): Task[] {
  return statuses.flatMap((status) => state.columns[status].items);
}

export function findTask(state: BoardState, id: TaskId): Task | undefined {
  for (const status of statuses) {
    const task = state.columns[status].items.find((item) => item.id === id);
    if (task) return task;
  }
  return undefined;
}

/**
 * Takes in a task from an answer or an event; an old version changes nothing.
 * `visible` keeps it on the board although it belongs behind the loaded part of
 * its column: the person has just put it there.
 */
export function withTask(state: BoardState, task: Task, visible = false): BoardState {
  if (task.version <= (state.gone[task.id] ?? 0)) return state;
  const pending = state.pending[task.id];
  const shown = findTask(state, task.id);
  if (pending && shown) {
    const server = latest(pending.server, task);
    if (server === pending.server) return state;
    const next = replaceInPlace(state, { ...server, status: shown.status, rank: shown.rank });
    return { ...next, pending: { ...state.pending, [task.id]: { ...pending, server } } };
  }
  if (shown) {
    const now = latest(shown, task);
    if (now === shown) return state;
    task = now;
  }
  if (!matches(task, state.filter)) return takeOut(state, task.id);
  if (shown?.status === task.status && shown.rank === task.rank) return replaceInPlace(state, task);
  return insert(takeOut(state, task.id), task, visible);
}

/** Takes in how many comments a task has. */
export function withTalk(state: BoardState, talk: Talk): BoardState {
  const shown = findTask(state, talk.id);
  return shown ? withTask(state, talked(shown, talk)) : state;
}

/** Removes a task for good; `version` is the one at which it was deleted. */
export function withoutTask(state: BoardState, id: TaskId, version: number): BoardState {
  const { [id]: _settled, ...pending } = state.pending;
  return { ...takeOut(state, id), pending, gone: { ...state.gone, [id]: version } };
}

/** Appends a further page of a column. */
export function withPage(state: BoardState, status: Status, page: Page<Task>): BoardState {
  const column = state.columns[status];
  let next: BoardState = setColumn(state, status, { items: column.items, nextCursor: undefined });
  for (const task of page.items) next = withTask(next, task);
  return setColumn(next, status, { ...next.columns[status], nextCursor: page.nextCursor });
}

/** Shows a card at `index` of a column (counted without the card itself) before the server knows. */
export function moveShown(state: BoardState, id: TaskId, status: Status, index: number): BoardState {
  const shown = findTask(state, id);
  if (!shown) return state;
  const without = takeOut(state, id);
  const items = without.columns[status].items;
  // The real rank comes from the server; until then the neighbour's keeps the order.
  const rank = items[index - 1]?.rank ?? items[index]?.rank ?? shown.rank;
  const moved = { ...shown, status, rank };
  const pending = state.pending[id] ?? { moves: 0, server: shown };
  return {
    ...setColumn(without, status, { ...without.columns[status], items: items.toSpliced(index, 0, moved) }),
    pending: { ...state.pending, [id]: { ...pending, moves: pending.moves + 1 } },
  };
}

/** A move has been answered: with the task as it is now, or with nothing because it failed. */
export function moveSettled(state: BoardState, id: TaskId, answer?: Task): BoardState {
  const pending = state.pending[id];
  if (!pending) return answer ? withTask(state, answer, true) : state;
  const server = answer ? latest(pending.server, answer) : pending.server;
  if (pending.moves > 1) {
    const shown = findTask(state, id);
    const next = shown ? replaceInPlace(state, { ...server, status: shown.status, rank: shown.rank }) : state;
    return { ...next, pending: { ...state.pending, [id]: { moves: pending.moves - 1, server } } };
  }
  const { [id]: _settled, ...others } = state.pending;
  return insert({ ...takeOut(state, id), pending: others }, server, true);
}

/** Whom a card at `index` of a column (counted without the card) would stand between. */
export function neighbours(
  state: BoardState,
  id: TaskId,
  status: Status,
  index: number,
): { after?: TaskId; before?: TaskId } {
  const items = state.columns[status].items.filter((item) => item.id !== id);
  const after = items[index - 1]?.id;
  const before = items[index]?.id;
  return { ...(after && { after }), ...(before && { before }) };
}

/** Ranks are compared as bytes; they are ASCII, so code units will do. */
function comesAfter(a: Task, b: Task): boolean {
  return a.rank === b.rank ? a.id > b.id : a.rank > b.rank;
}

function setColumn(state: BoardState, status: Status, column: Column): BoardState {
  return { ...state, columns: { ...state.columns, [status]: column } };
}

function takeOut(state: BoardState, id: TaskId): BoardState {
  const task = findTask(state, id);
  if (!task) return state;
  const column = state.columns[task.status];
  return setColumn(state, task.status, { ...column, items: column.items.filter((item) => item.id !== id) });
}

function replaceInPlace(state: BoardState, task: Task): BoardState {
  const column = state.columns[task.status];
  const items = column.items.map((item) => (item.id === task.id ? task : item));
  return setColumn(state, task.status, { ...column, items });
}

function insert(state: BoardState, task: Task, visible: boolean): BoardState {
  const column = state.columns[task.status];
  const index = column.items.findIndex((item) => comesAfter(item, task));
  if (index < 0 && column.nextCursor !== undefined && !visible) return state; // its page will bring it
  const items = column.items.toSpliced(index < 0 ? column.items.length : index, 0, task);
  return setColumn(state, task.status, { ...column, items });
}
