import { lazy, type ComponentType } from "react";

const RELOADED = "cumin-chunk-reload";

/**
 * React.lazy that survives a deploy: when a chunk of the release this tab runs
 * is gone, the page reloads once to get the new release; a second failure is
 * shown by the error boundary.
 */
export function lazyPage<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => {
    try {
      const page = await load();
      sessionStorage.removeItem(RELOADED);
      return page;
    } catch (error) {
      if (sessionStorage.getItem(RELOADED) !== null) throw error;
      sessionStorage.setItem(RELOADED, "1");
      location.reload();
      return new Promise<never>(() => undefined); // the reload takes over
    }
  });
}

/** Fetches code that will probably be wanted, once the page has nothing better to do. */
export function preload(...loads: (() => Promise<unknown>)[]): void {
  const later = "requestIdleCallback" in globalThis ? requestIdleCallback : setTimeout;
  // A failure shows when the code is really wanted.
  later(() => loads.forEach((load) => void load().catch(() => undefined)));
}
