import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Board, Page, ProjectId, Status, Task, TaskFilter } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";
import { taskName } from "@/lib/words";
import { boardFrom, type BoardState } from "./board-state";

/** Cards per column and page. */
export const PAGE_SIZE = 50;

export const boardQuery = (project: ProjectId, filter: TaskFilter = {}) =>
  queryOptions({
    queryKey: queryKeys.board(project, filter),
    queryFn: async ({ signal, client, queryKey }) => {
      const board = await api.get<Board>(`/projects/${project}/board`, {
        signal,
        params: { limit: PAGE_SIZE, ...filter },
      });
      const shown = () => client.getQueryData<BoardState>(queryKey);
      const columns = await Promise.all(
        board.columns.map(async (column) => {
          const depth = () => shown()?.columns[column.status].items.length ?? 0;
          const more = await further(project, column, depth, filter, signal);
          return { status: column.status, ...more };
        }),
      );
      return boardFrom({ ...board, columns }, shown(), filter);
    },
    // Comparing by position would make new objects of all tasks behind one that left, and their
    // cards would render for nothing. The board keeps unchanged tasks as they are itself.
    structuralSharing: false,
  });

/**
 * A column with as many pages as are shown of it, or as there are: who scrolled
 * down, also meanwhile, is not thrown back by a refetch, and sees nothing that is old.
 */
async function further(
  project: ProjectId,
  column: Board["columns"][number],
  depth: () => number,
  filter: TaskFilter,
  signal: AbortSignal,
): Promise<Page<Task>> {
  let { items, nextCursor } = column;
  while (nextCursor !== undefined && items.length + PAGE_SIZE / 2 <= depth()) {
    const next: Page<Task> = await columnPage(project, column.status, nextCursor, filter, signal);
    items = [...items, ...next.items];
    nextCursor = next.nextCursor;
  }
  return { items, ...(nextCursor !== undefined && { nextCursor }) };
}

/** One further page of a column. */
export const columnPage = (
  project: ProjectId,
  status: Status,
  cursor: string,
  filter: TaskFilter,
  signal?: AbortSignal,
) =>
  api.get<Page<Task>>(`/projects/${project}/tasks`, {
    ...(signal && { signal }),
    params: { ...filter, status, sort: "rank", limit: PAGE_SIZE, cursor },
  });

/** Changes the cached boards of a project, filtered ones too; nothing happens while there is none. */
export function updateBoards(
  client: QueryClient,
  project: ProjectId,
  change: (state: BoardState) => BoardState,
): void {
  client.setQueriesData<BoardState>(
    { queryKey: queryKeys.boards(project) },
    (state) => state && change(state),
  );
}

/** What a task is called, by its project's key as far as it is cached. */
export const nameOf = (
  client: QueryClient,
  { projectId, number }: Pick<Task, "projectId" | "number">,
): string => taskName(anyBoard(client, projectId)?.project.key, number);

/** The board of a project that is cached, the whole one if there are several. */
export function anyBoard(client: QueryClient, project: ProjectId): BoardState | undefined {
  const whole = client.getQueryData<BoardState>(queryKeys.board(project));
  if (whole) return whole;
  const all = client.getQueriesData<BoardState>({ queryKey: queryKeys.boards(project), type: "active" });
  return all.map(([, state]) => state).find((state) => state !== undefined);
}
