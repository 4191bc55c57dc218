import { queryOptions, type QueryClient } from "@tanstack/react-query";
import type { ProjectId, UserId } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

/** Why a project is not there for this person any more. */
export interface Gone {
  how: "deleted" | "removed";
  /** Who did it, if that was told. */
  by?: UserId;
}

/** Told by the live connection only: the server answers who is no member as if there had never been a project. */
export const goneQuery = (project: ProjectId) =>
  queryOptions<Gone | null>({
    queryKey: queryKeys.gone(project),
    queryFn: () => null,
    enabled: false,
  });

/** Tells why a project went. It is told more than once, and who is in a deleted project leaves it too: the first full word stands. */
export function setGone(client: QueryClient, project: ProjectId, gone: Gone): void {
  client.setQueryData(goneQuery(project).queryKey, (known) =>
    known?.how === "deleted" && known.by ? known : gone,
  );
}
