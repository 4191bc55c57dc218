import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { tasksQuery } from "@/features/board/tasks-query";
import type { ProjectId, Status, TaskId } from "@/lib/api-types";
import { anyBoard, boardQuery } from "@/lib/board/board-query";
import { tasksOf, type BoardState } from "@/lib/board/board-state";
import { useSettled } from "@/lib/use-settled";
import { taskName } from "@/lib/words";

const TYPING_MS = 200;
/** One letter names nothing. */
const MIN_ASKED = 2;

export interface NamedTask {
  id: TaskId;
  /** Such as KR-12. */
  name: string;
  title: string;
  status: Status;
}

/**
 * The tasks of a project among which the text may name some, whatever the page's
 * filters hide: those that the board holds; where the server has more of it, those
 * too that one page of its search finds among the tasks last updated.
 */
export function useNamedTasks(
  project: ProjectId | undefined,
  text: string,
): { tasks: NamedTask[]; searching: boolean } {
  const client = useQueryClient();
  const typed = text.trim();
  const asked = useSettled(typed, TYPING_MS);
  const whole = useQuery({
    ...boardQuery(project as ProjectId),
    enabled: project !== undefined,
    staleTime: Infinity,
  });
  const board = whole.data ?? (project && anyBoard(client, project));
  const wanted = board !== undefined && hasMore(board) && typed.length >= MIN_ASKED;
  const found = useInfiniteQuery({
    ...tasksQuery(project as ProjectId, { q: asked }, "-updatedAt"),
    enabled: wanted && asked.length >= MIN_ASKED,
    placeholderData: keepPreviousData,
  });
  if (!board || typed === "") return { tasks: [], searching: false };

  const fetched = wanted ? (found.data?.pages.flatMap(({ items }) => items) ?? []) : [];
  // What the board holds is the newer one.
  const all = new Map([...fetched, ...tasksOf(board)].map((task) => [task.id, task]));
  const tasks = [...all.values()].map(({ id, number, title, status }) => ({
    id,
    name: taskName(board.project.key, number),
    title,
    status,
  }));
  return { tasks, searching: wanted && (asked !== typed || found.isFetching) };
}

const hasMore = ({ columns }: BoardState): boolean =>
  Object.values(columns).some(({ nextCursor }) => nextCursor !== undefined);
