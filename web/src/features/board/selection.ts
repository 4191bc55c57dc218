/** Which tasks of a list are selected, and how clicks and keys change that. */
import type { TaskId } from "@/lib/api-types";

/** As many as the server changes in one request. */
export const AT_MOST = 100;

export interface Selection {
  readonly ids: ReadonlySet<TaskId>;
  /** The task chosen last by itself, where a range begins. */
  readonly anchor?: TaskId;
}

export const nothing: Selection = { ids: new Set() };

/** Selects a task, or lets it go. */
export function toggled({ ids }: Selection, id: TaskId): Selection {
  if (!ids.has(id)) return joined(ids, [id], id);
  const rest = new Set(ids);
  rest.delete(id);
  return { ids: rest, anchor: id };
}

/** Adds all from the anchor to `id`, both included; without an anchor in the list only `id`. */
export function extended({ ids, anchor }: Selection, order: readonly TaskId[], id: TaskId): Selection {
  const to = order.indexOf(id);
  const from = anchor === undefined ? -1 : order.indexOf(anchor);
  if (from < 0 || to < 0) return joined(ids, [id], id);
  // From the anchor on, so that the limit cuts off what is farthest from it.
  const range = from <= to ? order.slice(from, to + 1) : order.slice(to, from + 1).reverse();
  return joined(ids, range, anchor);
}

/** The first of the list, as many as there can be. */
export const all = (order: readonly TaskId[]): Selection => joined(new Set(), order, order[0]);

function joined(ids: ReadonlySet<TaskId>, added: readonly TaskId[], anchor: TaskId | undefined): Selection {
  const both = new Set([...ids, ...added]); // in this order: what was selected stays
  return { ids: new Set([...both].slice(0, AT_MOST)), ...(anchor && { anchor }) };
}
