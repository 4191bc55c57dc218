/** What was done in this tab, so that it can be taken back, the last first. Moves are known by where the cards came from. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";
import type { ProjectId, Status, Task, TaskId } from "@/lib/api-types";
import { findTask, neighbours, type BoardState } from "@/lib/board/board-state";
import { queryKeys } from "@/lib/query-keys";

/** A move, by the place the card had before. */
export interface Made {
  readonly id: TaskId;
  readonly number: number;
  readonly from: {
    readonly status: Status;
    readonly index: number;
    /** The cards it stood between. */
    readonly after?: TaskId;
    readonly before?: TaskId;
  };
}

/** Another change, which knows itself how it is undone. */
export interface Changed {
  /** In the words in which the person was told: "3 tasks deleted". */
  readonly said: string;
  readonly undo: () => void;
}

interface Moves {
  readonly made: readonly (Made | Changed)[];
  /** Where this tab put its tasks last. One that stands elsewhere was moved by somebody else since. */
  readonly left: Readonly<Partial<Record<TaskId, Pick<Task, "status" | "rank">>>>;
}

const AT_MOST = 50;
export const UNDO_MOVE = "Undo the last move";
const none: Moves = { made: [], left: {} };

/** The cache must not let go of them while nobody looks; and a move is known by its object. */
const kept = { gcTime: Infinity, structuralSharing: false };

const movesQuery = (project: ProjectId) =>
  queryOptions({
    queryKey: queryKeys.moves(project),
    queryFn: () => none,
    enabled: false,
    ...kept,
  });

const movesOf = (client: QueryClient, project: ProjectId): Moves =>
  client.getQueryData(movesQuery(project).queryKey) ?? none;

function change(client: QueryClient, project: ProjectId, next: Partial<Moves>): void {
  const { queryKey } = movesQuery(project);
  client.setQueryDefaults(queryKey, kept);
  client.setQueryData(queryKey, { ...movesOf(client, project), ...next });
}

/** What is taken back next. */
export const lastMade = (client: QueryClient, project: ProjectId): Made | Changed | undefined =>
  movesOf(client, project).made.at(-1);

/** What undoing would do now, as the palette says it; undefined when there is nothing to undo. */
export function useUndoLabel(project: ProjectId): string | undefined {
  return useQuery({ ...movesQuery(project), select: labelOf }).data;
}

function labelOf({ made }: Moves): string | undefined {
  const last = made.at(-1);
  return last && ("said" in last ? `Undo: ${last.said}` : UNDO_MOVE);
}

export function remember(client: QueryClient, project: ProjectId, made: Made | Changed): void {
  change(client, project, { made: [...movesOf(client, project).made, made].slice(-AT_MOST) });
}

/** For what did not come about, or is taken back. */
export function forget(client: QueryClient, project: ProjectId, made: Made | Changed): void {
  change(client, project, { made: movesOf(client, project).made.filter((other) => other !== made) });
}

/** The server has put a task where this tab wanted it. */
export function wasLeft(client: QueryClient, { projectId, id, status, rank }: Task): void {
  change(client, projectId, { left: { ...movesOf(client, projectId).left, [id]: { status, rank } } });
}

/** Whether a task still stands where this tab put it. */
export function isWhereLeft(client: QueryClient, task: Task): boolean {
  const left = movesOf(client, task.projectId).left[task.id];
  return left?.status === task.status && left.rank === task.rank;
}

/** A move away from where a card stands now; undefined for one that is not on the board. */
export function madeFrom(board: BoardState, id: TaskId): Made | undefined {
  const task = findTask(board, id);
  if (!task) return undefined;
  const { number, status } = task;
  const index = board.columns[status].items.indexOf(task);
  return { id, number, from: { status, index, ...neighbours(board, id, status, index) } };
}

/**
 * The index that brings a card back, counted without the card: below the one it
 * stood below, else above the one it stood above, else as far down as it was.
 */
export function indexBack(board: BoardState, { id, from }: Made): number {
  const others = board.columns[from.status].items.filter((item) => item.id !== id);
  const above = others.findIndex((item) => item.id === from.after);
  if (above >= 0) return above + 1;
  const below = others.findIndex((item) => item.id === from.before);
  return below >= 0 ? below : Math.min(from.index, others.length);
}
