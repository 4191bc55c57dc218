/** The task that is open over a page. It stands in the address, by an entry of its own in the history. */
import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { currentQuery } from "@/lib/address";
import type { TaskId } from "@/lib/api-types";

/** Kept with an entry of the history: the one behind it is where the task was opened. */
interface Kept {
  opened?: true;
}

export function useOpenTask(): (task: TaskId) => void {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  return (task) => {
    const params = currentQuery();
    if (params.get("task") === task) return; // a second click: one entry is enough to go back from
    params.set("task", task);
    const state: Kept = { opened: true };
    void navigate({ pathname, search: `?${params}` }, { state });
  };
}

/** Closing goes back to where the task was opened, so that the browser's Back leads on from there. */
export function useOpenedTask(): { task: TaskId | undefined; close: () => void } {
  const { pathname, search, key, ...entry } = useLocation();
  const kept = entry.state as Kept | null;
  const navigate = useNavigate();
  // The browser takes a moment to go back; the task is closed at once.
  const [left, setLeft] = useState<string>();
  if (left !== undefined && left !== key) setLeft(undefined);
  const params = new URLSearchParams(search);
  const task = left === key ? undefined : ((params.get("task") ?? undefined) as TaskId | undefined);

  // Once: a save that ends when the task was closed already must not go back from there.
  const at = useRef<string>(undefined);
  useEffect(() => {
    at.current = key;
    return () => {
      at.current = undefined;
    };
  }, [key]);

  const close = () => {
    if (!task || at.current !== key) return;
    at.current = undefined;
    if (kept?.opened) {
      setLeft(key);
      void navigate(-1);
      return;
    }
    // It came by its address.
    params.delete("task");
    void navigate({ pathname, search: params.size > 0 ? `?${params}` : "" }, { replace: true });
  };
  return { task, close };
}
