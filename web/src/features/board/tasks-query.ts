import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Page, ProjectId, Task, TaskFilter } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

export const sorts = ["-updatedAt", "-createdAt", "createdAt"] as const;
export type Sort = (typeof sorts)[number];

export const sortName: Readonly<Record<Sort, string>> = {
  "-updatedAt": "Last updated",
  "-createdAt": "Newest",
  createdAt: "Oldest",
};

const PAGE_SIZE = 100;

export const tasksQuery = (project: ProjectId, filter: TaskFilter, sort: Sort) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.tasks(project), filter, sort],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Task>>(`/projects/${project}/tasks`, {
        signal,
        params: { ...filter, sort, limit: PAGE_SIZE, ...(pageParam !== undefined && { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0, // shown from the cache, and asked for again at each visit
  });
