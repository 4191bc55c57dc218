import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { session } from "@/lib/api";
import { useSession } from "@/lib/session/use-session";
import { SignInForm } from "./sign-in-form";

const reason: Readonly<Record<string, string>> = {
  refresh_reused: "An old key of this session was used, so we ended it to be safe.",
  session_revoked: "This session was ended from elsewhere.",
  session_expired: "You have been away for a while.",
};

/** Over the page when the server ended the session: signing in again keeps everything where it is. */
export default function SessionEndedDialog() {
  const state = useSession();
  if (state.phase !== "ended") return null;
  return (
    <Dialog
      title="Sign in again"
      description={`${reason[state.code] ?? "Your session has ended."} Your page stays as it is.`}
      open
      insistent
      onClose={() => undefined}
    >
      <SignInForm email={state.user.email} />
      <div className="mt-3 text-center">
        <Button look="quiet" onClick={() => session.leave()}>
          Use another account
        </Button>
      </div>
    </Dialog>
  );
}
