import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { Logo } from "@/components/logo";
import { keptInvite } from "@/lib/invite-token";

/** Sign in and register: a form, and on wide screens a glance at what is behind it. */
export function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh grow lg:grid-cols-[minmax(28rem,1fr)_1.15fr]">
      <main className="flex flex-col bg-surface px-5 py-6 sm:px-10">
        <Logo />
        <div className="m-auto w-full max-w-sm py-10">
          <InviteNotice />
          {children}
        </div>
      </main>
      <div
        aria-hidden
        className="relative hidden overflow-hidden border-l border-line bg-accent-wash lg:block"
      >
        <BoardGlimpse />
      </div>
    </div>
  );
}

/** Who followed an invitation's link is told why they are asked to sign in first. */
function InviteNotice() {
  const [params] = useSearchParams();
  if (params.get("next") !== "/invite" || keptInvite() === undefined) return null;
  return (
    <div role="note" className="mb-8 grid gap-1 rounded-lg bg-accent-wash px-4 py-3">
      <p className="font-medium">You are invited to a project</p>
      <p className="text-sm text-ink-soft">
        Sign in, or create an account, to see which and to join it. Your invitation waits meanwhile.
      </p>
    </div>
  );
}

const glimpse = [
  { dot: "bg-todo", cards: [["w-3/4", "w-1/3"], ["w-5/6"], ["w-2/3", "w-2/5"], ["w-1/2"]] },
  {
    dot: "bg-doing",
    cards: [
      ["w-2/3", "w-1/2"],
      ["w-4/5", "w-1/4"],
    ],
  },
  { dot: "bg-done", cards: [["w-3/5"], ["w-3/4", "w-2/5"], ["w-1/2"]] },
] as const;

function BoardGlimpse() {
  return (
    <div className="absolute top-1/2 left-16 flex w-[46rem] -translate-y-1/2 -rotate-3 gap-5">
      {glimpse.map(({ dot, cards }) => (
        <div key={dot} className="grid flex-1 content-start gap-3 rounded-xl bg-canvas/70 p-3">
          <div className="flex items-center gap-2 px-1 py-1">
            <span className={`size-2.5 rounded-full ${dot}`} />
            <span className="h-2 w-20 rounded-full bg-line-strong/40" />
          </div>
          {cards.map((lines, index) => (
            <div key={index} className="grid gap-2.5 rounded-lg bg-raised p-4 shadow-2">
              {lines.map((width) => (
                <span key={width} className={`h-2.5 rounded-full bg-line-strong/35 ${width}`} />
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
