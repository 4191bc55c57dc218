import { infiniteQueryOptions, useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Deletion, Page, Project } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { newRequestId } from "@/lib/http/request-id";
import { queryKeys } from "@/lib/query-keys";

export const sorts = ["-updatedAt", "name", "-createdAt"] as const;
export type Sort = (typeof sorts)[number];

export interface ProjectFilter {
  q?: string;
  sort?: Sort;
  archived?: "true";
}

export const projectsQuery = (filter: ProjectFilter = {}) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.projects, filter],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Project>>("/projects", {
        signal,
        params: { ...filter, ...(pageParam !== undefined && { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0, // shown from the cache, and asked for again at each visit
  });

export interface NewProject {
  name: string;
  key: string;
  description: string;
  /** Names what is wanted, so that a repeated request makes one project. */
  intent: string;
}

export const newIntent = newRequestId;

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ intent, ...body }: NewProject) =>
      api.post<Project>("/projects", body, { headers: { "Idempotency-Key": intent } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.projects }),
  });
}

export type ProjectChange = Partial<Pick<Project, "name" | "key" | "description" | "archived">>;

/** Rejects with a 412 when somebody else changed the project since. */
export async function changeProject(
  client: QueryClient,
  { id, version }: Project,
  change: ProjectChange,
): Promise<Project> {
  try {
    const project = await api.patch<Project>(`/projects/${id}`, change, version);
    updateBoards(client, id, (state) => ({
      ...state,
      project: { ...project, counts: state.project.counts },
    }));
    await client.invalidateQueries({ queryKey: queryKeys.projects });
    return project;
  } catch (error) {
    void client.invalidateQueries({ queryKey: queryKeys.boards(id) });
    throw error;
  }
}

export function useChangeProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ project, change }: { project: Project; change: ProjectChange }) =>
      changeProject(client, project, change),
  });
}

/** Resolves with what is still to be erased of a large project; of a small one nothing is left. */
export function useDeleteProject({ id }: Project) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.remove<Deletion>(`/projects/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.projects }),
  });
}
