import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Page, ProjectId, Task } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

/**
 * Changes the tasks of a project's cached lists; `undefined` takes one out.
 * Lists are sorted and filtered by the server: this brings what is shown up to
 * date, its order has to be asked for again.
 */
export function updateLists(
  client: QueryClient,
  project: ProjectId,
  change: (task: Task) => Task | undefined,
): void {
  client.setQueriesData<InfiniteData<Page<Task>>>(
    { queryKey: queryKeys.tasks(project) },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.flatMap((task) => change(task) ?? []),
        })),
      },
  );
}
