import { createElement, lazy, useEffect, useState, type ComponentType, type ReactElement } from "react";
import { useLatest } from "./use-latest";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** The release this page belongs to, for which it was loaded again. */
const RELOADED = "cumin-reloaded";
/** The entry chunk's address, which carries a hash of everything in it. */
const release = import.meta.url;

/** Makes pages whose code did not come ready to ask for it once more. */
const failed = new Set<() => void>();

interface Fetched {
  /** Fetches its code before it is shown. A failure is told when it is. */
  fetch: () => Promise<void>;
}

interface LazyPage<P> extends Fetched {
  (props: P): ReactElement;
}

/**
 * React.lazy that survives a deploy and a lost connection. When a chunk of the
 * release this tab runs is gone, the page reloads to get the new release: once
 * per release, whatever else loads in between, so never in a loop. After that,
 * and without a network, the error goes to the boundary around it, whose Retry
 * (`retryPages`) asks again.
 *
 * Code that is there already is shown without Suspense, after whose fallback
 * React lets 300 ms pass (FALLBACK_THROTTLE_MS of react-reconciler).
 */
export function lazyPage<P extends object>(load: Load<P>): LazyPage<P> {
  let ready: ComponentType<P> | undefined;
  const fetched = async () => {
    const page = await load();
    ready = page.default;
    return page;
  };
  const attempt = () =>
    lazy(async () => {
      try {
        return await fetched();
      } catch (error) {
        // React.lazy remembers a failure for good, so a page that is tried again is another one.
        failed.add(() => (current = attempt()));
        if (!navigator.onLine || !firstReload()) throw error;
        location.reload();
        return new Promise<never>(() => undefined); // the reload takes over
      }
    });
  let current = attempt();
  const Page = (props: P) => {
    // One for as long as it is mounted: another one would begin anew.
    const [page] = useState(() => ready ?? (current as ComponentType<P>));
    return createElement(page, props);
  };
  Page.fetch = async () => {
    if (!ready) await fetched().catch(() => undefined);
  };
  return Page;
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

/** Fetches code that will probably be wanted. */
export function usePreload(...pages: readonly Fetched[]): void {
  const preload = useLatest(() => {
    for (const page of pages) wanted.add(page);
    void fetchWanted();
  });
  useEffect(preload, [preload]);
}

const wanted = new Set<Fetched>();
let fetching = false;

/** Piece by piece, each when the page has nothing better to do: together they would keep a slow device from answering. */
async function fetchWanted(): Promise<void> {
  if (fetching) return;
  fetching = true;
  for (const page of wanted) {
    await idle();
    await page.fetch();
    wanted.delete(page);
  }
  fetching = false;
}

const idle = () =>
  new Promise<void>((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => resolve());
    else setTimeout(resolve); // Safari
  });
