import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { FailurePage } from "@/components/failure-page";
import type { ProjectId } from "@/lib/api-types";
import { boardQuery } from "@/lib/board/board-query";
import type { BoardState } from "@/lib/board/board-state";
import { filterFrom } from "@/lib/filters";
import { isApiError } from "@/lib/http/api-error";
import { useLiveStatus } from "@/lib/live/live";
import { BoardColumns } from "./board-columns";
import { BoardSkeleton } from "./board-skeleton";
import { ProjectFrame } from "./project-frame";
import { ProjectGone } from "./project-gone";
import { ProjectKey } from "./task-names";

interface Props {
  project: ProjectId;
  /** The same tasks as columns or as one list. */
  view: "board" | "list";
  /** What shows them as a list; fetched when it is wanted. */
  list: (board: BoardState) => ReactNode;
  /** Buttons of other features, in the board's header. */
  tools: (board: BoardState) => ReactNode;
}

const POLL_MS = 15_000;

/** A project: its header, and its tasks in one of two views. */
export function BoardPage({ project, view, list, tools }: Props) {
  const connected = useLiveStatus() === "live";
  const [params] = useSearchParams();
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...boardQuery(project, view === "board" ? filterFrom(params) : {}),
    // Changes are pushed; without the connection they are asked for.
    refetchInterval: connected ? false : POLL_MS,
    placeholderData: keepPreviousData,
  });
  if (isPending) return <BoardSkeleton />;
  // Also while looking at it: a project that was deleted, or that one was removed from, goes at once.
  const gone = isApiError(error, "not_found", "malformed", "forbidden");
  if (data && gone) return <ProjectGone board={data} />;
  if (!data) {
    return (
      <FailurePage
        error={error}
        titles={{ missing: "This project is not here", failed: "The board did not load" }}
        onRetry={() => void refetch()}
      />
    );
  }
  return (
    <ProjectKey value={data.project.key}>
      <ProjectFrame board={data} view={view} tools={tools}>
        {({ canEdit, open, create }) =>
          view === "list" ? (
            list(data)
          ) : (
            <BoardColumns
              board={data}
              canEdit={canEdit}
              loading={isPlaceholderData}
              onOpen={open}
              onCreate={create}
            />
          )
        }
      </ProjectFrame>
    </ProjectKey>
  );
}
