import { useMutation, useQueryClient } from "@tanstack/react-query";
import { UserMinus } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Avatar } from "@/components/avatar";
import { IconButton } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { FormError } from "@/components/field";
import { Select } from "@/components/select";
import { api } from "@/lib/api";
import type { Member, Project, Role } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { tellLeft } from "@/lib/live/gone";
import { queryKeys } from "@/lib/query-keys";
import { useUser } from "@/lib/session/use-session";
import { roleName, roles } from "@/lib/words";

const membersPath = (project: Project) => `/projects/${project.id}/members`;

/** The one refusal that a person can do something about. */
const refusal = (error: unknown): string =>
  isApiError(error, "last_owner")
    ? "A project needs an owner. Make somebody else one first."
    : messageOf(error);

interface Props {
  project: Project;
  member: Member;
  /** A project keeps an owner: this one can neither leave nor become something else. */
  onlyOwner: boolean;
}

export function MemberRow({ project, member, onlyOwner }: Props) {
  const me = useUser();
  const self = me.id === member.userId;
  const owner = project.role === "owner";
  const client = useQueryClient();
  const path = `${membersPath(project)}/${member.userId}`;

  const change = useMutation({
    mutationFn: (role: Role) => api.put<Member>(path, { role }),
    onSuccess: (updated) => {
      updateBoards(client, project.id, (state) => ({
        ...state,
        members: state.members.map((other) => (other.userId === updated.userId ? updated : other)),
      }));
      if (self) void client.invalidateQueries({ queryKey: queryKeys.boards(project.id) });
    },
  });

  return (
    <li className="grid gap-1">
      <div className="flex min-h-11 items-center gap-3">
        <Avatar id={member.userId} name={member.name} size="md" />
        <span className="min-w-0 flex-1 leading-tight">
          {member.name}
          {self && <span className="text-ink-faint"> (you)</span>}
        </span>
        {owner && !onlyOwner ? (
          <Select
            small
            aria-label={`Role of ${member.name}`}
            value={change.variables && change.isPending ? change.variables : member.role}
            disabled={change.isPending}
            onChange={(event) => change.mutate(event.target.value as Role)}
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleName[role]}
              </option>
            ))}
          </Select>
        ) : (
          <span className="text-ink-soft">{roleName[member.role]}</span>
        )}
        {(owner || self) && !onlyOwner && <RemoveMember project={project} member={member} self={self} />}
      </div>
      {self && onlyOwner && (
        <p className="text-sm text-ink-soft">
          You are the only owner. To leave, make somebody else an owner first, or delete the project.
        </p>
      )}
      <FormError>{change.error && refusal(change.error)}</FormError>
    </li>
  );
}

function RemoveMember({ project, member, self }: { project: Project; member: Member; self: boolean }) {
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.delete(`${membersPath(project)}/${member.userId}`),
    onSuccess: async () => {
      setAsking(false);
      void client.invalidateQueries({ queryKey: queryKeys.projects });
      if (self) {
        tellLeft(client, project.id, member.userId);
        await navigate("/projects");
        client.removeQueries({ queryKey: queryKeys.boards(project.id) });
        return;
      }
      updateBoards(client, project.id, (state) => ({
        ...state,
        members: state.members.filter(({ userId }) => userId !== member.userId),
      }));
    },
  });
  return (
    <>
      <IconButton
        saves
        label={self ? "Leave the project" : `Remove ${member.name}`}
        onClick={() => setAsking(true)}
      >
        <UserMinus size={16} aria-hidden />
      </IconButton>
      <ConfirmDialog
        title={self ? `Leave ${project.name}?` : `Remove ${member.name}?`}
        confirmLabel={self ? "Leave" : "Remove"}
        {...(self && { cancelLabel: "Stay" })}
        open={asking}
        busy={remove.isPending}
        error={remove.error ? refusal(remove.error) : undefined}
        onConfirm={() => remove.mutate()}
        onCancel={() => setAsking(false)}
      >
        {self ? "You will no longer see its board." : "They will no longer see this board. Their tasks stay."}
      </ConfirmDialog>
    </>
  );
}
