import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { Button } from "@/components/button";
import { FormError } from "@/components/field";
import { FailurePage } from "@/components/failure-page";
import { MessagePage } from "@/components/message-page";
import { PageTitle } from "@/components/page-title";
import { SeedMark } from "@/components/states";
import { api } from "@/lib/api";
import type { InvitePreview, Project } from "@/lib/api-types";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useUser } from "@/lib/session/use-session";
import { day, roleName } from "@/lib/words";
import { keptInvite, forgetInvite } from "@/lib/invite-token";

/** Where the link of an invitation leads: says to what, and asks before joining. */
export default function InvitePage() {
  const { hash } = useLocation();
  const [token] = useState(() => hash.slice(1) || keptInvite());
  const navigate = useNavigate();
  const me = useUser();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["invite", token],
    queryFn: ({ signal }) => api.post<InvitePreview>("/invites/preview", { token }, { signal }),
    enabled: token !== undefined,
    retry: false,
  });
  const accept = useMutation({
    mutationFn: () => api.post<Project>("/invites/accept", { token }),
    onSuccess: ({ id }) => {
      forgetInvite();
      return navigate(`/projects/${id}`, { replace: true });
    },
  });

  if (token === undefined || isApiError(error, "not_found", "malformed", "invalid_fields")) {
    return (
      <NoInvite title="This is not an invitation">
        The link is not complete. Ask for it again, and copy all of it.
      </NoInvite>
    );
  }
  if (isApiError(error, "invite_expired")) {
    return (
      <NoInvite title="This invitation is over">
        It was used, withdrawn, or is older than a week. Ask who sent it for another one.
      </NoInvite>
    );
  }
  if (error) {
    return (
      <FailurePage
        error={error}
        titles={{ missing: "This is not an invitation", failed: "The invitation did not load" }}
        onRetry={() => void refetch()}
      />
    );
  }
  if (isPending) {
    return (
      <main className="m-auto w-full max-w-md p-6">
        <div role="status" aria-label="Loading the invitation">
          <h1 className="sr-only">Loading the invitation</h1>
          <div className="skeleton h-64 rounded-xl" />
        </div>
      </main>
    );
  }
  const { projectName, role, invitedBy, expiresAt } = data;
  return (
    <main className="m-auto w-full max-w-md p-4">
      <div className="grid justify-items-center gap-3 rounded-xl border border-line bg-surface p-8 text-center shadow-1">
        <SeedMark />
        <PageTitle>{`Join ${projectName}`}</PageTitle>
        <p className="text-ink-soft">
          {invitedBy} invites you as {roleName[role].toLowerCase()}. You are signed in as {me.email}.
        </p>
        <FormError>{accept.error && messageOf(accept.error)}</FormError>
        <Button saves look="primary" busy={accept.isPending} onClick={() => accept.mutate()}>
          {accept.isPending ? "Joining…" : "Join the project"}
        </Button>
        <p className="text-sm text-ink-faint">The invitation holds until {day(expiresAt)}.</p>
      </div>
    </main>
  );
}

function NoInvite({ title, children }: { title: string; children: string }) {
  return (
    <MessagePage title={title}>
      <p className="text-ink-soft">{children}</p>
    </MessagePage>
  );
}
