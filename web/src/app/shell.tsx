import { QueryClientProvider } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { Suspense } from "react";
import { Link, Outlet } from "react-router";
import { Button } from "@/components/button";
import { ErrorBoundary } from "@/components/error-boundary";
import { KeyCaps } from "@/components/key-caps";
import { Logo } from "@/components/logo";
import { Opened } from "@/components/opened";
import { Toaster } from "@/components/toaster";
import { useNotificationToasts } from "@/features/inbox/use-notification-toasts";
import { session } from "@/lib/api";
import { withKeys } from "@/lib/commands";
import { startLive } from "@/lib/live/live";
import { useSession } from "@/lib/session/use-session";
import { forgetOnChangeOfUser, queryClient } from "@/lib/query-client";
import { ConnectionDot } from "./connection-dot";
import { lazyPage, usePreload } from "@/lib/lazy-page";
import { OfflineBanner } from "./offline-banner";
import { PageBoundary } from "./page-boundary";
import { ContentSkeleton } from "./page-skeleton";
import { TopBarTools } from "./pages";
import { Shortcuts } from "./shortcuts";

const SessionEndedDialog = lazyPage(() => import("@/features/auth/session-ended-dialog"));

forgetOnChangeOfUser();
startLive();

/** The frame around every page of a signed-in person. */
export default function Shell() {
  return (
    <QueryClientProvider client={queryClient}>
      <Frame />
    </QueryClientProvider>
  );
}

function Frame() {
  const ended = useSession().phase === "ended";
  useNotificationToasts();
  // It has to be there when the server says no to everything else.
  usePreload(SessionEndedDialog);
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-13 shrink-0 items-center gap-1 border-b border-line bg-surface px-3 sm:px-5">
        <Link to="/projects" aria-label="Cumin: your projects" className="inline-flex rounded-md">
          <Logo />
        </Link>
        <div className="ml-auto flex items-center gap-0.5">
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => withKeys("mod+k")?.run()}
            className="mr-1 inline-flex min-h-8 items-center gap-2 rounded-md border border-line px-2.5 text-sm text-ink-soft hover:border-line-strong hover:text-ink max-sm:border-transparent"
          >
            <Search size={15} aria-hidden />
            <span className="max-sm:sr-only">Go to…</span>
            <span className="max-md:hidden">
              <KeyCaps keys="mod+k" />
            </span>
          </button>
          <ConnectionDot />
          <ErrorBoundary fallback={(retry) => <Button onClick={retry}>Load the menus</Button>}>
            <Suspense fallback={<ToolsSkeleton />}>
              <TopBarTools />
            </Suspense>
          </ErrorBoundary>
        </div>
      </header>
      <OfflineBanner />
      <div id="main" tabIndex={-1} className="flex min-h-0 grow flex-col outline-none">
        <PageBoundary>
          <Suspense fallback={<ContentSkeleton />}>
            <Outlet />
          </Suspense>
        </PageBoundary>
      </div>
      <Toaster />
      <Shortcuts />
      <Opened insistent onClose={() => session.leave()}>
        {ended && <SessionEndedDialog />}
      </Opened>
    </>
  );
}

/** Of the size of the three buttons, so that nothing jumps when they come. */
function ToolsSkeleton() {
  return (
    <div aria-hidden className="flex gap-0.5">
      {[1, 2, 3].map((n) => (
        <div key={n} className="skeleton m-1.5 size-6 rounded-full" />
      ))}
    </div>
  );
}
