import { queryOptions, type QueryClient } from "@tanstack/react-query";
import type { ProjectId, UserId } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

/** Who is looking at a project now. Told by the live connection only; without it nobody is known to be there. */
export const presenceQuery = (project: ProjectId) =>
  queryOptions<UserId[]>({
    queryKey: queryKeys.presence(project),
    queryFn: () => [],
    enabled: false,
  });

export function setPresent(client: QueryClient, project: ProjectId, present: UserId[]): void {
  client.setQueryData(presenceQuery(project).queryKey, present);
}

export function applyPresence(client: QueryClient, project: ProjectId, user: UserId, here: boolean): void {
  client.setQueryData(presenceQuery(project).queryKey, (known = []) => {
    const others = known.filter((other) => other !== user);
    return here ? [...others, user] : others;
  });
}
