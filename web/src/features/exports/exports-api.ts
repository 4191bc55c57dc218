import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Export, ExportFormat, ExportId, Page, ProjectId, TaskFilter } from "@/lib/api-types";
import { isFiltered } from "@/lib/filters";
import { messageOf } from "@/lib/http/api-error";
import { useLiveStatus } from "@/lib/live/live";
import { queryKeys } from "@/lib/query-keys";
import { toast } from "@/lib/toast/toasts";

export const exportsQuery = queryOptions({
  queryKey: queryKeys.exports,
  queryFn: ({ signal }) => api.get<Page<Export>>("/exports", { signal }),
});

export const isLive = ({ state }: Export): boolean => state === "queued" || state === "running";

const POLL_MS = 3_000;

/** One's exports. Progress is pushed; without the connection it is asked for. */
export function useExports() {
  const connected = useLiveStatus() === "live";
  return useQuery({
    ...exportsQuery,
    refetchInterval: ({ state }) => (!connected && state.data?.items.some(isLive) === true ? POLL_MS : false),
  });
}

export interface Wanted {
  format: ExportFormat;
  filter: TaskFilter;
  /** Names this intent, so that a repeated request makes one file. */
  key: string;
}

export function useStartExport(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ format, filter, key }: Wanted) =>
      api.post<Export>(
        `/projects/${project}/exports`,
        { format, ...(isFiltered(filter) && { filter }) },
        { headers: { "Idempotency-Key": key } },
      ),
    // Asked again rather than added: by now the job may be further than this answer.
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.exports }),
  });
}

export function useCancelExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: ExportId) => api.post<Export>(`/exports/${id}/cancel`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.exports }),
    onError: (error, id) =>
      toast({
        key: `cancel ${id}`,
        tone: "error",
        title: "The export was not canceled",
        text: messageOf(error),
      }),
  });
}
