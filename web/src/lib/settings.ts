/** Choices kept on this device, in localStorage; the other tabs follow. */
import { useSyncExternalStore } from "react";

export interface Setting<Value extends string> {
  get: () => Value;
  set: (value: Value) => void;
  subscribe: (listener: () => void) => () => void;
}

/** One of `values`; the first is the default, also where storage is switched off or holds something else. */
export function setting<const Values extends readonly [string, ...string[]]>(
  key: string,
  values: Values,
): Setting<Values[number]> {
  const listeners = new Set<() => void>();
  const stored = () => {
    try {
      return values.find((value) => value === localStorage.getItem(key)) ?? values[0];
    } catch {
      return values[0];
    }
  };
  let current = stored();
  const take = (value: Values[number]) => {
    current = value;
    for (const listener of listeners) listener();
  };
  addEventListener("storage", (event) => {
    if (event.key === key) take(stored());
  });
  return {
    get: () => current,
    set: (value) => {
      try {
        localStorage.setItem(key, value);
      } catch {
        // Kept for this page only.
      }
      take(value);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const useSetting = <Value extends string>({ subscribe, get }: Setting<Value>): Value =>
  useSyncExternalStore(subscribe, get);
