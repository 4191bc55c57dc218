import { useDeferredValue, useEffect } from "react";
import { Navigate, Outlet, useLocation, useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { session } from "@/lib/api";
import { keepInvite } from "@/lib/invite-token";
import { useSession } from "@/lib/session/use-session";
import { PageSkeleton } from "./page-skeleton";
import { fetchPage } from "./pages";

/** Pages for people who are signed in; others sign in first and come back to this address. */
export function Protected() {
  const state = useSession();
  const { pathname, search, hash } = useLocation();
  // The page behind it is large: it is rendered in slices, and taps are answered between them.
  const starting = useDeferredValue(state.phase === "starting");
  if (state.phase === "starting") return <Starting trouble={state.trouble} />;
  if (state.phase === "signed-out") {
    // A fragment would not survive the way through the sign-in pages.
    if (pathname === "/invite" && hash !== "") keepInvite(hash.slice(1));
    const next = state.left || pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/login${next}`} replace />;
  }
  if (starting) return <Starting trouble={false} />;
  return <Outlet />;
}

/** Sign in and register; who is signed in already goes where they were headed. */
export function PublicOnly() {
  const state = useSession();
  const [params] = useSearchParams();
  const next = localPath(params.get("next"));
  // Where it leads is fetched while the person types.
  useEffect(() => {
    const fetchNext = () => fetchPage(next);
    document.addEventListener("input", fetchNext, { once: true });
    return () => document.removeEventListener("input", fetchNext);
  }, [next]);
  if (state.phase === "starting") return <Starting trouble={state.trouble} />;
  if (state.phase === "signed-in") {
    return (
      <>
        {/* The next page comes by a transition, during which this one stands. */}
        <PageSkeleton />
        <Navigate to={next} replace />
      </>
    );
  }
  return <Outlet />;
}

/** An address of ours, so that a crafted `next` cannot send anyone elsewhere. */
export function localPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/projects";
}

function Starting({ trouble }: { trouble: boolean }) {
  if (!trouble) return <PageSkeleton />;
  return (
    <main className="m-auto grid max-w-sm justify-items-center gap-3 p-6 text-center">
      <h1 className="text-2xl font-semibold">Cumin does not answer</h1>
      <p role="status" className="text-ink-soft">
        You are not signed out. We keep trying to reach the server.
      </p>
      <Button onClick={() => void session.start()}>Try now</Button>
    </main>
  );
}
