import { useEffect, useRef } from "react";
import { useLatest } from "./use-latest";

/** Calls back once the caller has left the page: not when React, in development, only mounts it a second time. */
export function useLeft(callback: () => void): void {
  const latest = useLatest(callback);
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
      queueMicrotask(() => {
        if (!here.current) latest();
      });
    };
  }, [latest]);
}
