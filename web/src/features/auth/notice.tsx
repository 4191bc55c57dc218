import { useSearchParams } from "react-router";
import { keptInvite } from "@/lib/invite-token";
import { useSession } from "@/lib/session/use-session";

/** Why one is asked to sign in, where the person may not know. */
export function Notice() {
  const [params] = useSearchParams();
  const state = useSession();
  const invited = params.get("next") === "/invite" && keptInvite() !== undefined;
  const why = invited ? "invited" : state.phase === "signed-out" ? state.why : undefined;
  if (why === undefined) return null;
  const [title, text] = words[why];
  return (
    // What has just happened is announced; an invitation is read on the way.
    <div role={invited ? "note" : "alert"} className="mb-8 grid gap-1 rounded-lg bg-accent-wash px-4 py-3">
      <p className="font-medium">{title}</p>
      <p className="text-sm text-ink-soft">{text}</p>
    </div>
  );
}

const words = {
  invited: [
    "You are invited to a project",
    "Sign in, or create an account, to see which and to join it. Your invitation waits meanwhile.",
  ],
  elsewhere: ["You signed out in another tab", "That signed you out here too."],
  reset: ["Your passphrase is changed", "Every device is signed out: sign in with the new one."],
} as const;
