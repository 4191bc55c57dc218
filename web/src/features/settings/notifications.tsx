import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FormError } from "@/components/field";
import { Failure } from "@/components/states";
import { Switch } from "@/components/switch";
import { api } from "@/lib/api";
import type { NotificationKind } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";

interface Preferences {
  muted: NotificationKind[];
}

const kinds: readonly { kind: NotificationKind; label: string; hint: string }[] = [
  { kind: "task.assigned", label: "Tasks given to you", hint: "Somebody makes you the assignee." },
  { kind: "task.mentioned", label: "Mentions", hint: "Somebody names you in a comment." },
  { kind: "invite.received", label: "Invitations", hint: "Somebody asks you into a project." },
  { kind: "invite.accepted", label: "Accepted invitations", hint: "Somebody you invited has joined." },
  { kind: "member.added", label: "New projects", hint: "You became a member." },
  { kind: "member.role_changed", label: "Your role", hint: "What you may do in a project changed." },
  { kind: "project.deleted", label: "Deleted projects", hint: "A project you were in is gone." },
];

/** What comes into the inbox. */
export function Notifications() {
  const client = useQueryClient();
  const path = "/notifications/preferences";
  const { data, error, isPending, refetch } = useQuery({
    queryKey: queryKeys.preferences,
    queryFn: ({ signal }) => api.get<Preferences>(path, { signal }),
  });
  const save = useMutation({
    mutationFn: (next: Preferences) => api.put<Preferences>(path, next),
    scope: { id: "preferences" },
    onMutate: (next) => {
      const before = client.getQueryData<Preferences>(queryKeys.preferences);
      client.setQueryData(queryKeys.preferences, next);
      return { before };
    },
    onError: (_error, _next, kept) => client.setQueryData(queryKeys.preferences, kept?.before),
  });
  if (isPending) return <div role="status" aria-label="Loading your preferences" className="skeleton h-64" />;
  if (!data)
    return (
      <Failure small title="Your preferences did not load" error={error} onRetry={() => void refetch()} />
    );
  const { muted } = data;
  return (
    <div className="grid gap-3">
      <FormError>{save.error && messageOf(save.error)}</FormError>
      <ul className="divide-y divide-line">
        {kinds.map(({ kind, label, hint }) => (
          <li key={kind}>
            <Switch
              label={label}
              hint={hint}
              saves
              checked={!muted.includes(kind)}
              onChange={(on) =>
                save.mutate({ muted: on ? muted.filter((other) => other !== kind) : [...muted, kind] })
              }
            />
          </li>
        ))}
      </ul>
      <p className="text-sm text-ink-faint">
        You are always told about your own exports and about the safety of your account.
      </p>
    </div>
  );
}
