/**
 * What can be done on the page that is shown, told by its parts: for the
 * shortcuts, the palette and the help, so that the three never disagree.
 */
import { useEffect, useSyncExternalStore } from "react";
import { useLatest } from "./use-latest";

export interface Command {
  /** In the imperative, as the palette and the help show it. */
  label: string;
  /** Keys pressed one after the other, e.g. "c" or "g p"; "mod+k" is Ctrl-K, or ⌘K on Apple's. */
  keys?: string;
  /** Even with Ctrl the keys mean something else in a field, and behind a dialog they would surprise. */
  notInText?: boolean;
  /** Other words that people may look for. */
  also?: string;
  /** There is nothing for it to do now: it is not proposed, but its keys are told, and answered with why. */
  idle?: boolean;
  /** The same on every page. */
  anywhere?: boolean;
  run: () => void;
}

let current: readonly Command[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Command[]): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Offers a command for as long as it stands. Of two with the same keys the later wins. */
export function offer(command: Command): () => void {
  change([...current, command]);
  return () => change(current.filter((other) => other !== command));
}

/** Offers a command while the caller is mounted and `enabled`. */
export function useCommand(command: Command, enabled = true): void {
  const { run, label, keys, notInText, also, idle, anywhere } = command;
  const latest = useLatest(run);
  useEffect(() => {
    if (!enabled) return;
    return offer({
      label,
      run: latest,
      ...(keys && { keys }),
      ...(notInText && { notInText }),
      ...(also && { also }),
      ...(idle && { idle }),
      ...(anywhere && { anywhere }),
    });
  }, [label, keys, notInText, also, idle, anywhere, latest, enabled]);
}

export const commands = {
  snapshot: () => current,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** All that is offered now, what belongs to the page before what is always there; one for each label, the latest. */
export function useCommands(): Command[] {
  const all = useSyncExternalStore(commands.subscribe, commands.snapshot);
  return [...new Map(all.map((command) => [command.label, command])).values()].reverse();
}

export const withKeys = (keys: string): Command | undefined =>
  current.findLast((command) => command.keys === keys);
