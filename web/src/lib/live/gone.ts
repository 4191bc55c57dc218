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

/**
 * Tells why a project went. It is told more than once: who did it is not forgotten by
 * news that do not say, and who is in a deleted project leaves it too.
 */
export function setGone(client: QueryClient, project: ProjectId, gone: Gone): void {
  client.setQueryData(goneQuery(project).queryKey, (known) =>
    known?.by && (known.how === "deleted" || !gone.by) ? known : gone,
  );
}

const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("cumin-left");

/** This person has left a project, which all their tabs hear by an event that names nobody. */
export function tellLeft(client: QueryClient, project: ProjectId, by: UserId): void {
  setGone(client, project, { how: "removed", by });
  tabs?.postMessage({ project, by });
}

/** Hears what the other tabs say of that. */
export function hearLeft(client: QueryClient): void {
  tabs?.addEventListener("message", ({ data }: MessageEvent<{ project: ProjectId; by: UserId }>) => {
    setGone(client, data.project, { how: "removed", by: data.by });
  });
}
