/** Dragging cards: what can be picked up, where it can land, and what index that is. */
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import type { DropTargetRecord } from "@atlaskit/pragmatic-drag-and-drop/types";
import type { Edge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/types";
import { useEffect } from "react";
import type { Status, TaskId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { OFFLINE_REASON } from "@/lib/online";
import { toast } from "@/lib/toast/toasts";
import { afterPaint } from "./after-paint";
import { focusCardNow } from "./focus";
import type { Placement } from "./use-move-task";

interface CardData extends Record<string | symbol, unknown> {
  kind: "card";
  id: TaskId;
  status: Status;
}

interface ColumnData extends Record<string | symbol, unknown> {
  kind: "column";
  status: Status;
}

const isCard = (data: Record<string | symbol, unknown>): data is CardData => data.kind === "card";
const isColumn = (data: Record<string | symbol, unknown>): data is ColumnData => data.kind === "column";

interface CardCallbacks {
  onDragging: (dragging: boolean) => void;
  /** The edge where a dragged card would land, undefined when none is over this one. */
  onEdge: (edge: Edge | undefined) => void;
}

/** Makes a card something to pick up and something to drop beside. Returns its undoing. */
export function draggableCard(element: HTMLElement, id: TaskId, status: Status, callbacks: CardCallbacks) {
  const data: CardData = { kind: "card", id, status };
  return combine(
    draggable({
      element,
      getInitialData: () => data,
      onDragStart: () => callbacks.onDragging(true),
      onDrop: () => callbacks.onDragging(false),
    }),
    dropTargetForElements({
      element,
      canDrop: ({ source }) => isCard(source.data) && source.data.id !== id,
      getData: ({ input }) => attachClosestEdge(data, { element, input, allowedEdges: ["top", "bottom"] }),
      onDrag: ({ self }) => callbacks.onEdge(extractClosestEdge(self.data) ?? undefined),
      onDragLeave: () => callbacks.onEdge(undefined),
      onDrop: () => callbacks.onEdge(undefined),
    }),
  );
}

/** Makes a column something to drop into: below its last card. Its list scrolls while a card is held at an end. */
export function columnDropTarget(
  element: HTMLElement,
  list: HTMLElement | null,
  status: Status,
  onOver: (over: boolean) => void,
) {
  const data: ColumnData = { kind: "column", status };
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => isCard(source.data),
    getData: () => data,
    onDragEnter: () => onOver(true),
    onDrag: ({ location }) => list && scrollAtEnds(list, location.current.input.clientY),
    onDragLeave: () => onOver(false),
    onDrop: () => onOver(false),
  });
}

const SCROLL_ZONE_PX = 48;
const SCROLL_STEP_PX = 14;

function scrollAtEnds(list: HTMLElement, y: number): void {
  const { top, bottom } = list.getBoundingClientRect();
  if (y < top + SCROLL_ZONE_PX) list.scrollTop -= SCROLL_STEP_PX;
  else if (y > bottom - SCROLL_ZONE_PX) list.scrollTop += SCROLL_STEP_PX;
}

/**
 * Takes the focus from a card that is picked up: should it leave its column, its
 * element leaves the page, and the browser would style and lay out the page to
 * let go of the focus halfway through React's changes. True when it had it.
 */
function letGoOfFocus(card: Element): boolean {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || !card.contains(activeElement)) return false;
  activeElement.blur();
  return true;
}

/** Where the card is dropped: beside another one, or at the end of a column. Undefined when that is where it stands. */
function placementOf(
  board: BoardState,
  id: TaskId,
  targets: readonly DropTargetRecord[],
): Placement | undefined {
  const status = targets.map(({ data }) => data).find(isColumn)?.status;
  if (!status) return undefined;
  const { items } = board.columns[status];
  const others = items.filter((item) => item.id !== id);
  const target = targets.find(({ data }) => isCard(data));
  if (!target || !isCard(target.data)) {
    const stands = items.at(-1)?.id === id && board.columns[status].nextCursor === undefined;
    return stands ? undefined : { id, status, index: others.length, last: true };
  }
  const { id: beside } = target.data;
  let index = others.findIndex((item) => item.id === beside);
  if (extractClosestEdge(target.data) === "bottom") index++;
  return index === items.findIndex((item) => item.id === id) ? undefined : { id, status, index };
}

/** Watches the whole board and turns each drop into a placement; neither function ever changes. */
export function useBoardDrag(shown: () => BoardState, move: (placement: Placement) => void): void {
  useEffect(() => {
    let hadFocus = false;
    return monitorForElements({
      canMonitor: ({ source }) => isCard(source.data),
      onDragStart: ({ source }) => {
        hadFocus = letGoOfFocus(source.element);
      },
      onDrop: ({ source, location }) => {
        if (!isCard(source.data)) return;
        const { id, status } = source.data;
        const placement = placementOf(shown(), id, location.current.dropTargets);
        if (placement) move(placement);
        // While cards cannot be moved, nothing is there to drop them on.
        else if (!navigator.onLine) {
          toast({ key: `move ${id}`, tone: "info", title: "The card was not moved", text: OFFLINE_REASON });
        }
        const stays = !placement || placement.status === status;
        if (hadFocus && stays) afterPaint(() => focusCardNow(id));
      },
    });
  }, [shown, move]);
}
