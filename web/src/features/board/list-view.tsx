import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useSearchParams } from "react-router";
import { Empty, Failure } from "@/components/states";
import type { TaskId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { filterFrom, isFiltered } from "@/lib/filters";
import { useLiveStatus } from "@/lib/live/live";
import { ListRow } from "./list-row";
import { NothingMatches } from "./nothing-matches";
import { sorts, tasksQuery } from "./tasks-query";

const ROW = 44;
const LOAD_AHEAD = 30;
const POLL_MS = 15_000;

/** All tasks of a project as one list; only the rows in view are in the page. */
export default function ListView({ board }: { board: BoardState }) {
  const { project, members } = board;
  const [params, setParams] = useSearchParams();
  const filter = filterFrom(params);
  const sort = sorts.find((one) => one === params.get("sort")) ?? sorts[0];
  const connected = useLiveStatus() === "live";
  const query = useInfiniteQuery({
    ...tasksQuery(project.id, filter, sort),
    placeholderData: keepPreviousData,
    refetchInterval: connected ? false : POLL_MS,
  });
  const { data, error, isPending, isError, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const tasks = data?.pages.flatMap(({ items }) => items) ?? [];

  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  // eslint-disable-next-line react-hooks/incompatible-library -- we do not run the compiler it speaks of
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => tasks[index]?.id ?? index,
    estimateSize: () => ROW,
    overscan: 8,
    useFlushSync: false,
  });
  const rows = virtual.getVirtualItems();
  const near = (rows.at(-1)?.index ?? 0) >= tasks.length - LOAD_AHEAD;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);

  const open = (task: TaskId) => {
    const next = new URLSearchParams(params);
    next.set("task", task);
    setParams(next);
  };
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const to = active + (step ?? 0);
    if (!step || to < 0 || to >= tasks.length) return;
    event.preventDefault();
    setActive(to);
    virtual.scrollToIndex(to);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"] button[data-title]`)?.focus(),
    );
  };

  if (isPending)
    return <div role="status" aria-label="Loading the tasks" className="skeleton mx-4 h-96 sm:mx-6" />;
  if (!data) return <Failure title="The tasks did not load" error={error} onRetry={() => void refetch()} />;
  if (tasks.length === 0 && !hasNextPage) {
    if (isFiltered(filter)) return <NothingMatches />;
    return <Empty title="No tasks yet">What there is to do will stand here, one line each.</Empty>;
  }
  return (
    <div className="flex min-h-0 grow flex-col px-4 pb-4 sm:px-6">
      {/* The keys are the rows'; they bubble up to here. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        ref={scroller}
        onKeyDown={walk}
        className={`min-h-0 grow overflow-y-auto overscroll-contain rounded-xl border border-line bg-surface transition-opacity ${query.isPlaceholderData ? "opacity-60" : ""}`}
      >
        <ol aria-label="Tasks" className="relative" style={{ height: virtual.getTotalSize() }}>
          {rows.map(({ index, start }) => {
            const task = tasks[index];
            return (
              task && (
                <li
                  key={task.id}
                  ref={virtual.measureElement}
                  data-index={index}
                  aria-posinset={index + 1}
                  aria-setsize={hasNextPage ? -1 : tasks.length}
                  onFocus={() => setActive(index)}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <ListRow
                    task={task}
                    assignee={members.find(({ userId }) => userId === task.assignee)}
                    tabbable={
                      index === active ||
                      (index === rows[0]?.index && !rows.some((row) => row.index === active))
                    }
                    onOpen={() => open(task.id)}
                  />
                </li>
              )
            );
          })}
        </ol>
        {isError && (
          <Failure title="The next tasks did not load" error={error} onRetry={() => void fetchNextPage()} />
        )}
      </div>
    </div>
  );
}
