/** Dragging cards: what can be picked up, where it can land, and what index that is. */
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import type { Edge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/types";
import { useEffect } from "react";
import type { Status, TaskId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
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
 * Takes the focus from a card that is about to leave its column, and with it the
 * page. Left to the removal, the browser styles and lays out the page halfway
 * through React's changes; here nothing has changed yet.
 */
function letGoOfFocus(card: Element): void {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement && card.contains(activeElement)) activeElement.blur();
}

/** Watches the whole board and turns each drop into a placement; neither function ever changes. */
export function useBoardDrag(shown: () => BoardState, move: (placement: Placement) => void): void {
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => isCard(source.data),
        onDrop: ({ source, location }) => {
          if (!isCard(source.data)) return;
          const board = shown();
          const { id } = source.data;
          const targets = location.current.dropTargets;
          const status = targets.map(({ data }) => data).find(isColumn)?.status;
          if (!status) return;
          const others = board.columns[status].items.filter((item) => item.id !== id);
          const target = targets.find(({ data }) => isCard(data));
          let index = others.length;
          if (target && isCard(target.data)) {
            const { id: beside } = target.data;
            index = others.findIndex((item) => item.id === beside);
            if (extractClosestEdge(target.data) === "bottom") index++;
          }
          const now = board.columns[status].items.findIndex((item) => item.id === id);
          if (index === now) return;
          if (now < 0) letGoOfFocus(source.element);
          move({ id, status, index });
        },
      }),
    [shown, move],
  );
}
