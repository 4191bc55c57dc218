import { defaultRangeExtractor, useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useLayoutEffect, useState, type RefObject } from "react";
import { Button } from "@/components/button";
import type { Member, ProjectId, Status, TaskFilter, TaskId } from "@/lib/api-types";
import type { Column } from "@/lib/board/board-state";
import { useLatest } from "@/lib/use-latest";
import { statusName } from "@/lib/words";
import { afterPaint } from "./after-paint";
import { useLoadMore } from "./board-api";
import { EmptyColumn } from "./empty-column";
import { focusCardNow, registerColumn } from "./focus";
import { cardHeight, TaskCard } from "./task-card";
import type { Placement } from "./use-move-task";

interface Props {
  project: ProjectId;
  filter: TaskFilter;
  status: Status;
  column: Column;
  members: readonly Member[];
  canEdit: boolean;
  /** The card that is held with the keyboard, in whichever column. */
  lifted: TaskId | undefined;
  scroller: RefObject<HTMLDivElement | null>;
  onOpen: (task: TaskId) => void;
  onMove: (placement: Placement) => void;
  onCreate: (status: Status) => void;
}

/** Pixels. */
const GAP = 8;
/** How many cards before the last loaded one the next page is asked for. */
const LOAD_AHEAD = 15;

/** A card, and where in the column it was last. */
interface Place {
  id: TaskId;
  index: number;
}

/**
 * A column's cards, of which only those in view are in the page, and the one
 * that has the focus or is dragged: neither survives leaving it.
 */
export const ColumnList = memo(function ColumnList(props: Props) {
  const { project, filter, status, column, members, canEdit, lifted, scroller } = props;
  const { onOpen, onMove, onCreate } = props;
  const { items, nextCursor } = column;
  const [kept, setKept] = useState<Place>();
  // A card shown at the end of what is loaded, which somebody has just made or put there, belongs further down:
  // the next page would push it out of view. It waits until they go on.
  const [revealed, setRevealed] = useState(false);
  useEffect(() => {
    const list = scroller.current;
    if (!revealed || !list) return;
    const goesOn = ["wheel", "pointerdown", "keydown"];
    const goOn = () => setRevealed(false);
    for (const event of goesOn) list.addEventListener(event, goOn, { passive: true });
    return () => {
      for (const event of goesOn) list.removeEventListener(event, goOn);
    };
  }, [revealed, scroller]);
  const indexOf = (id: TaskId | undefined) => items.findIndex((task) => task.id === id);
  const found = indexOf(lifted ?? kept?.id);
  // Once it has left the column, the card in its place: the first one may be far out of view, and would be
  // rendered for nothing.
  const keptIndex = found >= 0 ? found : Math.max(0, Math.min(kept?.index ?? 0, items.length - 1));
  const keep = useLatest((id: TaskId) => setKept({ id, index: indexOf(id) }));
  // Another function would make the virtualizer lay out all cards anew at each render.
  const getItemKey = useCallback((index: number) => items[index]?.id ?? index, [items]);
  // A change of the cards brings only those into the page that are to be seen; the others beyond the edges
  // follow once it is painted.
  const [painted, setPainted] = useState(items);
  useEffect(() => afterPaint(() => setPainted(items)), [items]);
  const settled = painted === items;
  // eslint-disable-next-line react-hooks/incompatible-library -- we do not run the compiler it speaks of
  const virtual: Virtualizer<HTMLDivElement, Element> = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey,
    // Cards are measured once they are in the page. One that was estimated wrong is rendered and laid out
    // a second time before it is painted, and moves those below it.
    estimateSize: (index) => cardHeight(items[index]),
    rangeExtractor: (range) => {
      const inView = (index: number) => index >= range.startIndex && index <= range.endIndex;
      const inPage = (index: number) => virtual.elementsCache.has(getItemKey(index));
      const around = defaultRangeExtractor(range);
      const shown = settled ? around : around.filter((index) => inView(index) || inPage(index));
      return shown.includes(keptIndex) ? shown : [...shown, keptIndex].sort((a, b) => a - b);
    },
    gap: GAP,
    overscan: 5,
    useFlushSync: false,
  });
  const rows = virtual.getVirtualItems();

  useEffect(
    () =>
      registerColumn({
        items,
        reveal: (id, index) => {
          setKept({ id, index });
          setRevealed(true);
          virtual.scrollToIndex(index);
        },
      }),
    [items, virtual],
  );

  // A lifted card that came over from another column was another element there.
  const here = lifted !== undefined && items[keptIndex]?.id === lifted;
  useLayoutEffect(() => {
    if (here) focusCardNow(lifted);
  }, [here, lifted, keptIndex]);

  const lastShown = rows.at(-1)?.index ?? 0;
  return (
    // The padding leaves room for the focus ring of the cards at the edges.
    <div ref={scroller} className="min-h-0 grow overflow-y-auto overscroll-contain px-2 pt-1 pb-2">
      {items.length === 0 && (
        <EmptyColumn status={status} filter={filter} {...(canEdit && { onCreate: () => onCreate(status) })} />
      )}
      <ol
        aria-label={`${statusName[status]} tasks`}
        onFocus={({ target }) => keep(target.closest<HTMLElement>("[data-task]")?.dataset.task as TaskId)}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map(({ index, start }) => {
          const task = items[index];
          return (
            task && (
              <li
                key={task.id}
                ref={virtual.measureElement}
                data-index={index}
                aria-posinset={index + 1}
                aria-setsize={nextCursor === undefined ? items.length : -1}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <TaskCard
                  task={task}
                  assignee={members.find((member) => member.userId === task.assignee)}
                  canEdit={canEdit}
                  lifted={lifted === task.id}
                  tabbable={index === keptIndex}
                  onOpen={onOpen}
                  onMove={onMove}
                  onDragging={keep}
                />
              </li>
            )
          );
        })}
      </ol>
      {nextCursor !== undefined && (
        <More
          project={project}
          filter={filter}
          status={status}
          cursor={nextCursor}
          near={!revealed && lastShown >= items.length - LOAD_AHEAD}
        />
      )}
    </div>
  );
});

interface MoreProps {
  project: ProjectId;
  filter: TaskFilter;
  status: Status;
  cursor: string;
  /** The end of what is loaded comes into view. */
  near: boolean;
}

/** Loads the next page before its place is scrolled to; after a failure by its button only. */
function More({ project, filter, status, cursor, near }: MoreProps) {
  const { mutate, isPending, isError } = useLoadMore(project, status, filter);
  useEffect(() => {
    if (near && !isPending && !isError) mutate(cursor);
  }, [near, cursor, mutate, isPending, isError]);

  return (
    <div className="grid justify-items-center gap-1 py-2 text-sm">
      {isError && <span className="text-danger">The next tasks did not load.</span>}
      <Button look="quiet" small busy={isPending} onClick={() => mutate(cursor)}>
        {isError ? "Retry" : isPending ? "Loading…" : "Show more"}
      </Button>
    </div>
  );
}
