import { useCallback, useEffect, useRef } from "react";

/** A function that never changes and calls the newest `callback`: for memoised children and subscriptions. */
export function useLatest<Args extends unknown[], Result>(
  callback: (...args: Args) => Result,
): (...args: Args) => Result {
  const latest = useRef(callback);
  useEffect(() => {
    latest.current = callback;
  });
  return useCallback((...args) => latest.current(...args), []);
}
