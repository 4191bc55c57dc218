import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "@/components/button";
import { EntryList } from "@/components/entry-list";
import { Failure } from "@/components/states";
import type { Member, ProjectId, TaskId } from "@/lib/api-types";
import { historyQuery } from "./comments-api";

interface Props {
  project: ProjectId;
  task: TaskId;
  members: readonly Member[];
}

/** Who changed what of a task, and when. */
export function History({ project, task, members }: Props) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(historyQuery(project, task));
  if (isPending) return <div role="status" aria-label="Loading the history" className="skeleton h-16" />;
  if (!data)
    return <Failure small title="The history did not load" error={error} onRetry={() => void refetch()} />;
  const entries = data.pages.flatMap(({ items }) => items);
  if (entries.length === 0)
    return <p className="text-ink-faint">Nothing has changed since it was created.</p>;
  return (
    <>
      <EntryList label="History" entries={entries} members={members} />
      {hasNextPage && (
        <Button
          small
          look="quiet"
          className="mt-3"
          busy={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}
