import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Page, Project } from "@/lib/api-types";
import { newRequestId } from "@/lib/http/request-id";
import { queryKeys } from "@/lib/query-keys";

export const projectsQuery = infiniteQueryOptions({
  queryKey: queryKeys.projects,
  queryFn: ({ signal, pageParam }) =>
    api.get<Page<Project>>("/projects", {
      signal,
      params: pageParam === undefined ? {} : { cursor: pageParam },
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor,
  staleTime: 0, // shown from the cache, and asked for again at each visit
});

export interface NewProject {
  name: string;
  description: string;
  /** Names this intent, so that a repeated request makes one project. */
  key: string;
}

export const newIntent = newRequestId;

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: NewProject) =>
      api.post<Project>("/projects", body, { headers: { "Idempotency-Key": key } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.projects }),
  });
}
