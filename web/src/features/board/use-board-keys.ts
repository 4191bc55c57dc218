import { useEffect, useState, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/lib/announce";
import type { TaskId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { OFFLINE_REASON, useOnline } from "@/lib/online";
import { toast } from "@/lib/toast/toasts";
import { statusName, taskName } from "@/lib/words";
import type { Placement } from "./use-move-task";
import { focusCardNow } from "./focus";
import { isArrow, nextCard, nextPlace, placeOf, withLift, type Lift, type Place } from "./keyboard";

/**
 * The board by keyboard: arrows move the focus from card to card, Space lifts
 * the card, arrows then move it, Space drops it and Escape puts it back. Only
 * the drop asks the server.
 */
export function useBoardKeys(board: BoardState, canEdit: boolean, move: (placement: Placement) => void) {
  const online = useOnline();
  const [lift, setLift] = useState<Lift>();
  const held = lift && placeOf(board.columns, lift.id) ? lift : undefined; // else it was deleted meanwhile
  const columns = held ? withLift(board.columns, held) : board.columns;

  const say = (name: string, at: Place) =>
    announce(
      `${name}${statusName[at.status]}, position ${at.index + 1} of ${columns[at.status].items.length}`,
    );

  const nameOf = (id: TaskId) => {
    const at = placeOf(columns, id);
    const task = at && columns[at.status].items[at.index];
    return task ? taskName(board.project.key, task.number) : "The task";
  };

  const carry = (key: string, { id, at }: Lift): boolean => {
    const name = nameOf(id);
    if (key === " " || key === "Enter") {
      const from = placeOf(board.columns, id);
      if (from?.status !== at.status || from.index !== at.index) move({ id, ...at });
      else announce(`${name} dropped where it was`);
      // Once the board shows the move, so that the card's element stays and with it the focus.
      queueMicrotask(() => {
        flushSync(() => setLift(undefined));
        focusCardNow(id);
      });
    } else if (key === "Escape") {
      flushSync(() => setLift(undefined));
      focusCardNow(id); // back in its column it is another element
      const from = placeOf(board.columns, id);
      if (from) announce(`${name} is back in ${statusName[from.status]}, position ${from.index + 1}`);
    } else if (isArrow(key)) {
      const to = nextPlace(board.columns, { id, at }, key);
      setLift({ id, at: to });
      const length = withLift(board.columns, { id, at: to })[to.status].items.length;
      announce(`${statusName[to.status]}, position ${to.index + 1} of ${length}`);
    } else return key === "Tab"; // the card stays in hand until it is dropped
    return true;
  };

  const walk = (key: string, id: TaskId): boolean => {
    const at = placeOf(columns, id);
    if (!at) return false;
    if (key === " " && canEdit) {
      if (!online) {
        toast({ key: "lift", tone: "info", title: "Nothing can be moved now", text: OFFLINE_REASON });
        return true;
      }
      setLift({ id, at });
      say(`${nameOf(id)} lifted. Arrow keys move it, Space drops it, Escape puts it back. `, at);
      return true;
    }
    if (!isArrow(key)) return false;
    const next = nextCard(columns, at, key);
    if (next) focusCardNow(next.id);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const id = cardOf(event.target);
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    if (held ? carry(event.key, held) : walk(event.key, id)) event.preventDefault();
  };
  // A button answers Space when the key comes up again.
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key === " " && canEdit && cardOf(event.target)) event.preventDefault();
  };

  // Whoever turns to something else lets go of the card.
  const id = held?.id;
  useEffect(() => {
    if (!id) return;
    const letGo = ({ target }: Event) => {
      if (cardOf(target) !== id) setLift(undefined);
    };
    document.addEventListener("focusin", letGo);
    document.addEventListener("pointerdown", letGo);
    return () => {
      document.removeEventListener("focusin", letGo);
      document.removeEventListener("pointerdown", letGo);
    };
  }, [id]);

  return { columns, lifted: id, keys: { onKeyDown, onKeyUp } };
}

/** The card whose title has the focus. */
function cardOf(target: EventTarget | null): TaskId | undefined {
  if (!(target instanceof Element) || !target.matches("button[data-title]")) return undefined;
  return target.closest<HTMLElement>("[data-task]")?.dataset.task as TaskId | undefined;
}
