import { useQuery } from "@tanstack/react-query";
import { Check, Copy, X } from "lucide-react";
import { useRef, useState, type SubmitEvent } from "react";
import { Button, IconButton } from "@/components/button";
import { Field, FormError } from "@/components/field";
import { Select } from "@/components/select";
import { Failure } from "@/components/states";
import { announce } from "@/lib/announce";
import type { Invite, Project, Role } from "@/lib/api-types";
import { textOf } from "@/lib/form";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { day, roleName, roles } from "@/lib/words";
import { inviteLink, invitesQuery, useInvite, useRevokeInvite } from "./invites-api";

const roleHint: Readonly<Record<Role, string>> = {
  viewer: "can read",
  editor: "can change tasks",
  owner: "can manage the project",
};

/** The way in for others: a link that works once, for a week. */
export function Invites({ project }: { project: Project }) {
  const form = useRef<HTMLFormElement>(null);
  const invite = useInvite(project.id);
  const unused = useQuery(invitesQuery(project.id));
  const refused = isApiError(invite.error) ? invite.error : undefined;
  // The mutation waits until it is among the unused ones: when it is there no more, it leads nowhere.
  const spent = unused.isSuccess && !unused.data.items.some(({ id }) => id === invite.data?.id);
  const fieldMessage = refused?.fieldMessage("/email");

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (invite.isPending) return;
    const data = new FormData(event.currentTarget);
    const email = textOf(data, "email").trim();
    invite.mutate(
      { role: textOf(data, "role") as Role, ...(email !== "" && { email }) },
      { onSuccess: () => form.current?.reset() },
    );
  };

  return (
    <section aria-label="Invite" className="grid gap-3 border-t border-line pt-4">
      <h3 className="font-semibold">Invite somebody</h3>
      <form ref={form} onSubmit={submit} className="grid gap-3">
        <FormError>{invite.error && fieldMessage === undefined && messageOf(invite.error)}</FormError>
        <Field
          label="E-mail"
          optional
          error={fieldMessage}
          hint="If this address has an account, the invitation also appears in their inbox."
        >
          {(control) => (
            <input
              {...control}
              name="email"
              type="email"
              autoComplete="off"
              placeholder="name@example.org"
              className="input"
            />
          )}
        </Field>
        <div className="flex items-end gap-2">
          <Select name="role" aria-label="Role of the invited" defaultValue="editor" className="flex-1">
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleName[role]}: {roleHint[role]}
              </option>
            ))}
          </Select>
          <Button saves look="primary" type="submit" busy={invite.isPending}>
            {invite.isPending ? "Making…" : "Make a link"}
          </Button>
        </div>
      </form>
      {invite.data?.token !== undefined && !spent && (
        <FreshLink key={invite.data.id} invite={invite.data} token={invite.data.token} />
      )}
      <OpenInvites project={project} />
    </section>
  );
}

function FreshLink({ invite, token }: { invite: Invite; token: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(inviteLink(token));
    } catch {
      field.current?.select(); // not allowed here: leave it to the person's own keys
      return;
    }
    setCopied(true);
    announce("The link is copied");
  };
  return (
    <div role="status" className="grid gap-2 rounded-lg border border-accent bg-accent-wash p-3">
      <p>
        <strong className="font-semibold">Here is the link</strong>
        {invite.email !== null && ` for ${invite.email}`}. It is shown this once, works once, and until{" "}
        {day(invite.expiresAt)}.
      </p>
      <div className="flex gap-2">
        <input
          ref={field}
          readOnly
          aria-label="Link of the invitation"
          value={inviteLink(token)}
          onFocus={(event) => event.target.select()}
          className="input min-w-0 flex-1 font-mono text-sm"
        />
        <Button onClick={copy}>
          {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
    </div>
  );
}

function OpenInvites({ project }: { project: Project }) {
  const { data, error, refetch } = useQuery(invitesQuery(project.id));
  const revoke = useRevokeInvite(project.id);
  if (!data && error) {
    return (
      <Failure small title="The open invitations did not load" error={error} onRetry={() => void refetch()} />
    );
  }
  if (!data || data.items.length === 0) return null;
  return (
    <div className="grid gap-1">
      <h4 className="font-sans text-sm font-medium tracking-normal text-ink-soft">Not used yet</h4>
      <FormError>{revoke.error && messageOf(revoke.error)}</FormError>
      <ul aria-label="Open invitations" className="grid">
        {data.items.map(({ id, email, role, expiresAt }) => (
          <li key={id} className="flex min-h-10 items-center gap-3">
            <span className="min-w-0 flex-1 truncate">{email ?? "Whoever has the link"}</span>
            <span className="text-sm text-ink-soft">
              {roleName[role]}, until {day(expiresAt)}
            </span>
            <IconButton
              saves
              label={`Withdraw the invitation of ${email ?? "whoever has the link"}`}
              disabled={revoke.isPending}
              onClick={() => revoke.mutate(id)}
            >
              <X size={16} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
