import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Empty, Failure } from "@/components/states";
import type { BoardState } from "@/lib/board/board-state";
import { useCommand, withKeys } from "@/lib/commands";
import { filterFrom, isFiltered } from "@/lib/filters";
import { useLiveStatus } from "@/lib/live/live";
import { BulkTools } from "./bulk-tools";
import { focusCardNow, registerColumn } from "./focus";
import { ListHeader } from "./list-header";
import { ListRow } from "./list-row";
import { NothingMatches } from "./nothing-matches";
import { useOpenTask } from "./opened-task";
import { sortFrom, tasksQuery, withSort } from "./tasks-query";
import { useSelection } from "./use-selection";

const ROW = 44;
const LOAD_AHEAD = 30;
const POLL_MS = 15_000;

/** All tasks of a project as one table; only the rows in view are in the page. */
export default function ListView({ board }: { board: BoardState }) {
  const { project, members } = board;
  const canEdit = project.role !== "viewer" && !project.archived;
  const [params, setParams] = useSearchParams();
  const filter = filterFrom(params);
  const sort = sortFrom(params);
  const connected = useLiveStatus() === "live";
  const query = useInfiniteQuery({
    ...tasksQuery(project.id, filter, sort),
    placeholderData: keepPreviousData,
    refetchInterval: connected ? false : POLL_MS,
  });
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = query;
  const { isFetchingNextPage, isFetchNextPageError: nextFailed } = query;
  const tasks = data?.pages.flatMap(({ items }) => items) ?? [];

  const scroller = useRef<HTMLDivElement>(null);
  const [chosen, setActive] = useState(0);
  /** The row that has, or had, the focus. */
  const active = Math.max(0, Math.min(chosen, tasks.length - 1));
  // eslint-disable-next-line react-hooks/incompatible-library -- we do not run the compiler it speaks of
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => tasks[index]?.id ?? index,
    estimateSize: () => ROW,
    // The row with the focus stays in the page, or the focus would be lost.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return shown.includes(active) ? shown : [...shown, active].sort((a, b) => a - b);
    },
    overscan: 8,
    useFlushSync: false,
  });
  const rows = virtual.getVirtualItems();
  const near = (virtual.range?.endIndex ?? 0) >= tasks.length - LOAD_AHEAD;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage && !nextFailed) void fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, nextFailed, fetchNextPage]);

  useEffect(() => {
    return registerColumn({
      items: data?.pages.flatMap(({ items }) => items) ?? [],
      reveal: (_id, index) => {
        setActive(index);
        virtual.scrollToIndex(index);
      },
    });
  }, [data, virtual]);

  const selection = useSelection(tasks, JSON.stringify([filter, sort]));
  const focusRow = (index: number) => {
    const task = tasks[index];
    if (task) focusCardNow(task.id);
  };
  useCommand(
    {
      label: "Select the task",
      keys: "x",
      also: "mark choose bulk several",
      run: () => {
        const task = tasks[active];
        if (!task) return;
        selection.toggle(task.id);
        if (!scroller.current?.contains(document.activeElement)) focusRow(active);
      },
    },
    canEdit && tasks.length > 0,
  );
  const open = useOpenTask();
  const clear = () => {
    selection.clear();
    focusRow(active);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const to = step && tasks[active + step];
    if (to) {
      if (event.shiftKey && canEdit) selection.extend(to.id, tasks[active]?.id);
      focusRow(active + step);
    } else if (event.key === "Escape" && selection.chosen.length > 0) {
      clear();
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && canEdit) {
      selection.all();
    } else return;
    event.preventDefault();
  };

  if (isPending)
    return <div role="status" aria-label="Loading the tasks" className="skeleton mx-4 h-96 sm:mx-6" />;
  if (!data) return <Failure title="The tasks did not load" error={error} onRetry={() => void refetch()} />;
  const empty = tasks.length === 0 && !hasNextPage;
  const count = selection.chosen.length;
  return (
    <div className="flex min-h-0 grow flex-col px-4 pb-4 sm:px-6">
      {empty && isFiltered(filter) && <NothingMatches />}
      {empty && !isFiltered(filter) && (
        <Empty
          title="No tasks yet"
          action={canEdit && <Button onClick={() => withKeys("c")?.run()}>Create the first task</Button>}
        >
          What there is to do will stand here, one line each.
        </Empty>
      )}
      {!empty && (
        <div
          role="table"
          aria-label="Tasks"
          aria-rowcount={hasNextPage ? -1 : tasks.length + 1}
          className="flex min-h-0 grow flex-col overflow-hidden rounded-xl border border-line bg-surface"
        >
          <ListHeader
            sort={sort}
            onSort={(next) => setParams(withSort(params, next), { replace: true })}
            selected={!canEdit ? undefined : count === 0 ? "none" : count === tasks.length ? "all" : "some"}
            onSelectAll={selection.all}
            onSelectNone={selection.clear}
          />
          {/* The keys are the rows'; they bubble up to here. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <div
            ref={scroller}
            role="rowgroup"
            onKeyDown={onKeyDown}
            className={`min-h-0 grow overflow-y-auto overscroll-contain transition-opacity ${query.isPlaceholderData ? "opacity-60" : ""}`}
          >
            <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
              {rows.map(({ index, start }) => {
                const task = tasks[index];
                return (
                  task && (
                    <div
                      key={task.id}
                      ref={virtual.measureElement}
                      role="row"
                      data-index={index}
                      aria-rowindex={index + 2}
                      onFocus={() => setActive(index)}
                      className="absolute inset-x-0 top-0"
                      style={{ transform: `translateY(${start}px)` }}
                    >
                      <ListRow
                        task={task}
                        assignee={members.find(({ userId }) => userId === task.assignee)}
                        tabbable={index === active}
                        selected={canEdit ? selection.has(task.id) : undefined}
                        onOpen={() => open(task.id)}
                        onToggle={() => selection.toggle(task.id)}
                        onExtend={() => selection.extend(task.id)}
                      />
                    </div>
                  )
                );
              })}
            </div>
            {nextFailed && (
              <Failure
                small
                title="The next tasks did not load"
                error={error}
                onRetry={() => void fetchNextPage()}
              />
            )}
          </div>
        </div>
      )}
      {canEdit && (
        <BulkTools
          project={project}
          members={members}
          tasks={selection.chosen}
          onKeep={selection.only}
          onClear={clear}
        />
      )}
    </div>
  );
}
