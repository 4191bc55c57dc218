import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Page, ProjectId, Task, TaskFilter } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

export const sorts = [
  "-updatedAt",
  "-createdAt",
  "createdAt",
  "dueDate",
  "-dueDate",
  "-priority",
  "priority",
] as const;
export type Sort = (typeof sorts)[number];

export const sortName: Readonly<Record<Sort, string>> = {
  "-updatedAt": "Last updated",
  "-createdAt": "Newest",
  createdAt: "Oldest",
  dueDate: "Due soonest",
  "-dueDate": "Due latest",
  "-priority": "Most urgent",
  priority: "Least urgent",
};

/** The order that the address of a list asks for. */
export const sortFrom = (params: URLSearchParams): Sort =>
  sorts.find((one) => one === params.get("sort")) ?? sorts[0];

/** The same address with another order; what else it says stays. */
export function withSort(params: URLSearchParams, sort: Sort): URLSearchParams {
  const next = new URLSearchParams(params);
  next.set("sort", sort);
  return next;
}

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
