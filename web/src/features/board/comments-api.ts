import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Comment, Entry, Page, ProjectId, TaskId } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

const taskPath = (project: ProjectId, task: TaskId) => `/projects/${project}/tasks/${task}`;

const paged = <T>(path: string, signal: AbortSignal, cursor: string | undefined) =>
  api.get<Page<T>>(path, { signal, params: { limit: 30, ...(cursor !== undefined && { cursor }) } });

export const commentsQuery = (project: ProjectId, task: TaskId) =>
  infiniteQueryOptions({
    queryKey: queryKeys.comments(project, task),
    queryFn: ({ signal, pageParam }) =>
      paged<Comment>(`${taskPath(project, task)}/comments`, signal, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });

export const historyQuery = (project: ProjectId, task: TaskId) =>
  infiniteQueryOptions({
    queryKey: queryKeys.history(project, task),
    queryFn: ({ signal, pageParam }) => paged<Entry>(`${taskPath(project, task)}/history`, signal, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });

function useRefetch(project: ProjectId, task: TaskId) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: queryKeys.comments(project, task) });
}

export function useAddComment(project: ProjectId, task: TaskId) {
  const refetch = useRefetch(project, task);
  return useMutation({
    mutationFn: ({ body, key }: { body: string; key: string }) =>
      api.post<Comment>(
        `${taskPath(project, task)}/comments`,
        { body },
        { headers: { "Idempotency-Key": key } },
      ),
    onSuccess: refetch,
  });
}

export function useEditComment(project: ProjectId, { id, taskId, version }: Comment) {
  const refetch = useRefetch(project, taskId);
  return useMutation({
    mutationFn: (body: string) =>
      api.patch<Comment>(`${taskPath(project, taskId)}/comments/${id}`, { body }, version),
    onSuccess: refetch,
  });
}

export function useDeleteComment(project: ProjectId, { id, taskId, version }: Comment) {
  const refetch = useRefetch(project, taskId);
  return useMutation({
    mutationFn: () => api.delete(`${taskPath(project, taskId)}/comments/${id}`, version),
    onSuccess: refetch,
  });
}
