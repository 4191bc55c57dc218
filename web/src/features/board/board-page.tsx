import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { Suspense, useEffect, useState, type ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { Avatar } from "@/components/avatar";
import { Button } from "@/components/button";
import { PageTitle } from "@/components/page-title";
import { Failure } from "@/components/states";
import type { ProjectId, Status, TaskId } from "@/lib/api-types";
import { boardQuery } from "@/lib/board/board-query";
import type { BoardState } from "@/lib/board/board-state";
import { isApiError } from "@/lib/http/api-error";
import { useLiveProject, useLiveStatus } from "@/lib/live/live";
import { lazyPage, preload } from "@/lib/lazy-page";
import { useLatest } from "@/lib/use-latest";
import { statuses } from "@/lib/words";
import { BoardSkeleton } from "./board-skeleton";
import { Column } from "./column";
import { useMoveTask } from "./board-api";
import { useBoardDrag } from "./drag";
import { BOARD_HELP } from "./task-card";
import { useBoardKeys } from "./use-board-keys";

const loadTask = () => import("./task-dialog");
const loadNewTask = () => import("./new-task-dialog");
const TaskDialog = lazyPage(loadTask);
const NewTaskDialog = lazyPage(loadNewTask);

interface Props {
  project: ProjectId;
  /** Buttons of other features, in the board's header. */
  tools: (board: BoardState) => ReactNode;
}

const POLL_MS = 15_000;

export function BoardPage({ project, tools }: Props) {
  const connected = useLiveStatus() === "live";
  const { data, error, isPending, refetch } = useQuery({
    ...boardQuery(project),
    // Changes are pushed; without the connection they are asked for.
    refetchInterval: connected ? false : POLL_MS,
  });
  if (isPending) return <BoardSkeleton />;
  // Also while looking at it: a project that was deleted, or that one was removed from, goes at once.
  const missing = isApiError(error, "not_found", "malformed");
  if (data && !missing) return <LoadedBoard board={data} tools={tools(data)} />;
  return (
    <main className="grow">
      <Failure
        page
        title={missing ? "This project is not here" : "The board did not load"}
        error={error}
        {...(missing ? {} : { onRetry: () => void refetch() })}
        action={
          <Link to="/projects" className="font-medium text-accent underline underline-offset-4">
            Go to your projects
          </Link>
        }
      />
    </main>
  );
}

function LoadedBoard({ board, tools }: { board: BoardState; tools: ReactNode }) {
  const { project, members } = board;
  const [params, setParams] = useSearchParams();
  const [creating, setCreating] = useState<Status>();
  const move = useLatest(useMoveTask(project.id));
  const canEdit = project.role !== "viewer";
  const { columns, lifted, keys } = useBoardKeys(board, canEdit, move);
  useBoardDrag(project.id, move);
  useLiveProject(project.id, board.seq);

  useEffect(() => preload(loadTask, loadNewTask), []);

  const opened = (params.get("task") ?? undefined) as TaskId | undefined;
  const open = useLatest((task: TaskId | undefined) =>
    setParams(task ? { task } : {}, { replace: task === undefined }),
  );

  return (
    <main className="flex h-[calc(100dvh-3.25rem)] min-h-112 flex-col">
      <div className="flex items-center gap-2 px-4 py-3 sm:gap-3 sm:px-6">
        <div className="mr-auto flex min-w-0 items-baseline gap-2">
          <Link to="/projects" className="text-ink-soft hover:text-ink max-sm:sr-only">
            Projects
          </Link>
          <span aria-hidden className="text-ink-faint max-sm:hidden">
            /
          </span>
          <PageTitle className="truncate text-xl">{project.name}</PageTitle>
        </div>
        <ul aria-label="Members" className="flex -space-x-1 max-md:hidden">
          {members.slice(0, 5).map((member) => (
            <li key={member.userId} className="rounded-full ring-2 ring-canvas">
              <Avatar id={member.userId} name={member.name} />
            </li>
          ))}
        </ul>
        {tools}
        {canEdit && (
          <Button look="primary" onClick={() => setCreating("todo")} className="max-[24rem]:px-2.5!">
            <Plus size={16} aria-hidden />
            <span className="max-[24rem]:sr-only">New task</span>
          </Button>
        )}
      </div>
      <p id={BOARD_HELP} hidden>
        Enter opens it, arrow keys go to other cards, Space lifts it.
      </p>
      {/* The keys are the cards'; they bubble up to here. */}
      <div
        {...keys}
        className="relative flex min-h-0 grow snap-x snap-mandatory scroll-px-4 gap-3 overflow-x-auto px-4 pb-4 sm:gap-4 sm:px-6 lg:snap-none"
      >
        {statuses.map((status) => (
          <Column
            key={status}
            project={project}
            status={status}
            column={columns[status]}
            members={members}
            canEdit={canEdit}
            lifted={lifted}
            onOpen={open}
            onMove={move}
            onCreate={setCreating}
          />
        ))}
      </div>
      <Suspense>
        {creating && (
          <NewTaskDialog
            project={project.id}
            members={members}
            status={creating}
            onClose={() => setCreating(undefined)}
          />
        )}
        {opened && (
          <TaskDialog key={opened} board={board} id={opened} onMove={move} onClose={() => open(undefined)} />
        )}
      </Suspense>
    </main>
  );
}
