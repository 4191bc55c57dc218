import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Board, ProjectId } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";
import { boardFrom, type BoardState } from "./board-state";

/** Cards per column and page. */
export const PAGE_SIZE = 50;

export const boardQuery = (project: ProjectId) =>
  queryOptions({
    queryKey: queryKeys.board(project),
    queryFn: async ({ signal, client }) => {
      const board = await api.get<Board>(`/projects/${project}/board`, {
        signal,
        params: { limit: PAGE_SIZE },
      });
      return boardFrom(board, client.getQueryData<BoardState>(queryKeys.board(project)));
    },
  });

/** Changes the cached board; nothing happens while there is none. */
export function updateBoard(
  client: QueryClient,
  project: ProjectId,
  change: (state: BoardState) => BoardState,
): void {
  client.setQueryData<BoardState>(queryKeys.board(project), (state) => state && change(state));
}
