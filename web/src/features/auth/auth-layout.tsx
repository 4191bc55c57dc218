import { lazy, Suspense, useState } from "react";
import { Outlet } from "react-router";
import { Logo } from "@/components/logo";
import { Notice } from "./notice";
import type { TypedEmail } from "./typed-email";

/** A picture, for wide screens: where it does not come, nothing is missing. */
const BoardGlimpse = lazy(() => import("./board-glimpse").catch(() => ({ default: () => null })));

/** The pages that lead in: a form, and on wide screens a glance at what is behind it. */
export function AuthLayout() {
  const [email, setEmail] = useState("");
  return (
    <div className="grid min-h-dvh grow lg:grid-cols-[minmax(28rem,1fr)_1.15fr]">
      <main className="flex flex-col bg-surface px-5 py-6 sm:px-10">
        <Logo />
        <div className="m-auto w-full max-w-sm py-10">
          <Notice />
          <Outlet context={{ email, setEmail } satisfies TypedEmail} />
        </div>
      </main>
      <div
        aria-hidden
        className="relative hidden overflow-hidden border-l border-line bg-accent-wash lg:block"
      >
        <Suspense>
          <BoardGlimpse />
        </Suspense>
      </div>
    </div>
  );
}
