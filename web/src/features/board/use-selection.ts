import { useState } from "react";
import { announce } from "@/lib/announce";
import type { Task, TaskId } from "@/lib/api-types";
import { all, AT_MOST, extended, nothing, toggled, type Selection } from "./selection";

/**
 * What is selected among `tasks`. A selection belongs to one list (`list` names
 * its filter and order): behind another one nobody would see what is in it.
 * What leaves the list leaves the selection.
 */
export function useSelection(tasks: readonly Task[], list: string) {
  const [kept, setKept] = useState<{ list: string; selection: Selection }>({ list, selection: nothing });
  const selection = kept.list === list ? kept.selection : nothing;
  const chosen = tasks.filter(({ id }) => selection.ids.has(id));
  const order = () => tasks.map(({ id }) => id);

  const change = (next: Selection, asked: number) => {
    setKept({ list, selection: next });
    const count = next.ids.size;
    const full = asked > count ? `, which is as many as can be changed at once` : "";
    announce(count === 0 ? "Nothing selected" : `${count} selected${full}`);
  };
  /** As it is shown: without what left the list. */
  const shown: Selection = { ...selection, ids: new Set(chosen.map(({ id }) => id)) };

  return {
    chosen,
    has: (id: TaskId) => shown.ids.has(id),
    toggle: (id: TaskId) => {
      const more = shown.ids.has(id) ? 0 : shown.ids.size + 1;
      change(toggled(shown, id), more);
    },
    /** From the task chosen last, or from `from` if that is not selected yet. */
    extend: (id: TaskId, from?: TaskId) => {
      const begun = from && !shown.ids.has(from) ? toggled(shown, from) : shown;
      const next = extended(begun, order(), id);
      change(next, next.ids.has(id) ? 0 : AT_MOST + 1);
    },
    all: () => change(all(order()), tasks.length),
    only: (ids: Iterable<TaskId>) => setKept({ list, selection: { ids: new Set(ids) } }),
    clear: () => change(nothing, 0),
  };
}
