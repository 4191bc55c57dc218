import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import type { TaskId } from "@/lib/api-types";
import { focusCard, focusHeading } from "./focus";

/** Shows the tasks in the other view. A focus that goes with this one comes to the same task there, or to the heading. */
export function useViewSwitch(view: "board" | "list", other: string): () => void {
  const navigate = useNavigate();
  const shown = useRef(view);
  const left = useRef<TaskId>(undefined);
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    if (document.activeElement !== document.body) return;
    focusHeading(); // the task may not be there, or be on its way
    if (left.current) focusCard(left.current);
    left.current = undefined;
  }, [view]);
  return () => {
    const card = document.activeElement?.closest<HTMLElement>("[data-task]");
    left.current = card?.dataset.task as TaskId | undefined;
    void navigate(other, { replace: true });
  };
}
