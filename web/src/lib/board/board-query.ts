import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Board, ProjectId, TaskFilter } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";
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
      return boardFrom(board, client.getQueryData<BoardState>(queryKey), filter);
    },
    // Comparing by position would make new objects of all tasks behind one that left, and their
    // cards would render for nothing. The board keeps unchanged tasks as they are itself.
    structuralSharing: false,
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

/** The board of a project that is cached, the whole one if there are several. */
export function anyBoard(client: QueryClient, project: ProjectId): BoardState | undefined {
  const whole = client.getQueryData<BoardState>(queryKeys.board(project));
  if (whole) return whole;
  const all = client.getQueriesData<BoardState>({ queryKey: queryKeys.boards(project), type: "active" });
  return all.map(([, state]) => state).find((state) => state !== undefined);
}
