import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { EntryList } from "@/components/entry-list";
import { Sheet } from "@/components/sheet";
import { Empty, Failure } from "@/components/states";
import { api } from "@/lib/api";
import type { Entry, Member, Page, Project, TaskId } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";

interface Props {
  project: Project;
  members: readonly Member[];
  onClose: () => void;
}

/** What happened in a project, the newest first; it follows along while it is open. */
export default function ActivityPanel({ project, members, onClose }: Props) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery({
      queryKey: queryKeys.activity(project.id),
      queryFn: ({ signal, pageParam }) =>
        api.get<Page<Entry>>(`/projects/${project.id}/activity`, {
          signal,
          params: { limit: 40, ...(pageParam !== undefined && { cursor: pageParam }) },
        }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor,
      staleTime: 0,
    });
  const [params] = useSearchParams();
  const withTask = (id: TaskId) => {
    const next = new URLSearchParams(params);
    next.set("task", id);
    return `?${next}`;
  };
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Sheet title="Activity" onClose={onClose}>
      {isPending && (
        <div role="status" aria-label="Loading the activity" className="grid gap-3">
          <div className="skeleton h-10" />
          <div className="skeleton h-10" />
          <div className="skeleton h-10" />
        </div>
      )}
      {!data && error && (
        <Failure title="The activity did not load" error={error} onRetry={() => void refetch()} />
      )}
      {data && entries.length === 0 && (
        <Empty title="Quiet so far">Who does what in this project will be told here.</Empty>
      )}
      <EntryList
        label="Activity"
        entries={entries}
        members={members}
        projectKey={project.key}
        link={({ taskId, type }, task) =>
          taskId === undefined || type === "task.deleted" ? (
            task
          ) : (
            <Link
              to={{ search: withTask(taskId) }}
              onClick={onClose}
              className="font-medium text-ink underline decoration-line-strong underline-offset-4 hover:decoration-current"
            >
              {task}
            </Link>
          )
        }
      />
      {hasNextPage && (
        <div className="mt-4 text-center">
          <Button small look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </Sheet>
  );
}
