import { createElement, lazy, type ComponentType, type ReactElement } from "react";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** The release this page belongs to, for which it was loaded again. */
const RELOADED = "cumin-reloaded";
/** The entry chunk's address, which carries a hash of everything in it. */
const release = import.meta.url;

/** Makes pages whose code did not come ready to ask for it once more. */
const failed = new Set<() => void>();

/**
 * React.lazy that survives a deploy and a lost connection. When a chunk of the
 * release this tab runs is gone, the page reloads to get the new release: once
 * per release, whatever else loads in between, so never in a loop. After that,
 * and without a network, the error goes to the boundary around it, whose Retry
 * (`retryPages`) asks again.
 */
export function lazyPage<P extends object>(load: Load<P>): (props: P) => ReactElement {
  const attempt = () =>
    lazy(async () => {
      try {
        return await load();
      } catch (error) {
        failed.add(() => (current = attempt()));
        if (!navigator.onLine || !firstReload()) throw error;
        location.reload();
        return new Promise<never>(() => undefined); // the reload takes over
      }
    });
  let current = attempt();
  // React.lazy remembers a failure for good, so a page that is tried again is another one.
  return (props) => createElement(current as ComponentType<P>, props);
}

/** Lets what failed to load be fetched anew at its next rendering. */
export function retryPages(): void {
  for (const again of failed) again();
  failed.clear();
}

function firstReload(): boolean {
  try {
    if (sessionStorage.getItem(RELOADED) === release) return false;
    sessionStorage.setItem(RELOADED, release);
    return true;
  } catch {
    return false; // without a memory of the reload there might be no end to them
  }
}

/** Fetches code that will probably be wanted, once the page has nothing better to do. */
export function preload(...loads: (() => Promise<unknown>)[]): void {
  const later = "requestIdleCallback" in globalThis ? requestIdleCallback : setTimeout;
  // A failure shows when the code is really wanted.
  later(() => loads.forEach((load) => void load().catch(() => undefined)));
}
