import { useMutation, useQueryClient } from "@tanstack/react-query";
import { UserMinus, Users } from "lucide-react";
import { useRef, useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { Avatar } from "@/components/avatar";
import { Button, IconButton } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Dialog } from "@/components/dialog";
import { Field, FormError } from "@/components/field";
import { Select } from "@/components/select";
import { api } from "@/lib/api";
import type { Member, Project, Role } from "@/lib/api-types";
import { updateBoard } from "@/lib/board/board-query";
import { textOf } from "@/lib/form";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { useUser } from "@/lib/session/use-session";
import { roleName, roles } from "@/lib/words";

interface Props {
  project: Project;
  members: readonly Member[];
}

/** The board's "Members" button with its dialog: who is here, and for owners who may do what. */
export function MembersButton({ project, members }: Props) {
  const [open, setOpen] = useState(false);
  const owner = project.role === "owner";
  return (
    <>
      <Button onClick={() => setOpen(true)} className="max-sm:px-2.5!">
        <Users size={16} aria-hidden />
        <span className="max-sm:sr-only">Members</span>
      </Button>
      <Dialog
        title="Members"
        description={
          owner ? `Who works on ${project.name}, and what they may do.` : `Who works on ${project.name}.`
        }
        open={open}
        onClose={() => setOpen(false)}
      >
        <div className="grid gap-5">
          {owner && <AddMember project={project} />}
          <ul aria-label="Members of this project" className="grid gap-1">
            {members.map((member) => (
              <MemberRow key={member.userId} project={project} member={member} />
            ))}
          </ul>
        </div>
      </Dialog>
    </>
  );
}

const membersPath = (project: Project) => `/projects/${project.id}/members`;

function AddMember({ project }: { project: Project }) {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const add = useMutation({
    mutationFn: (body: { email: string; role: Role }) => api.post<Member>(membersPath(project), body),
    onSuccess: (member) => {
      updateBoard(client, project.id, (state) => ({
        ...state,
        members: [...state.members.filter(({ userId }) => userId !== member.userId), member],
      }));
      void client.invalidateQueries({ queryKey: queryKeys.projects });
      form.current?.reset();
    },
  });
  const refused = isApiError(add.error) ? add.error : undefined;
  const fieldMessage = refused?.fieldMessage("/email");

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    add.mutate({ email: textOf(data, "email").trim(), role: textOf(data, "role") as Role });
  };

  return (
    <form ref={form} onSubmit={submit} className="grid gap-3">
      <FormError>{add.error && fieldMessage === undefined && messageOf(add.error)}</FormError>
      <Field label="Add by e-mail" error={fieldMessage}>
        {(control) => (
          <input
            {...control}
            name="email"
            type="email"
            required
            autoComplete="off"
            placeholder="name@example.org"
            className="input"
          />
        )}
      </Field>
      <div className="flex items-end gap-2">
        <Select name="role" aria-label="Role of the new member" defaultValue="editor" className="flex-1">
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleName[role]}: {roleHint[role]}
            </option>
          ))}
        </Select>
        <Button look="primary" type="submit" busy={add.isPending}>
          Add member
        </Button>
      </div>
    </form>
  );
}

const roleHint: Readonly<Record<Role, string>> = {
  viewer: "reads",
  editor: "works on tasks",
  owner: "manages the project",
};

function MemberRow({ project, member }: { project: Project; member: Member }) {
  const me = useUser();
  const self = me.id === member.userId;
  const owner = project.role === "owner";
  const client = useQueryClient();
  const path = `${membersPath(project)}/${member.userId}`;

  const change = useMutation({
    mutationFn: (role: Role) => api.put<Member>(path, { role }),
    onSuccess: (updated) => {
      updateBoard(client, project.id, (state) => ({
        ...state,
        members: state.members.map((other) => (other.userId === updated.userId ? updated : other)),
      }));
      if (self) void client.invalidateQueries({ queryKey: queryKeys.board(project.id) });
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
        {owner ? (
          <Select
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
        {(owner || self) && <RemoveMember project={project} member={member} self={self} />}
      </div>
      <FormError>{change.error && messageOf(change.error)}</FormError>
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
        await navigate("/projects");
        client.removeQueries({ queryKey: queryKeys.board(project.id) });
        return;
      }
      updateBoard(client, project.id, (state) => ({
        ...state,
        members: state.members.filter(({ userId }) => userId !== member.userId),
      }));
    },
  });
  return (
    <>
      <IconButton
        label={self ? "Leave the project" : `Remove ${member.name}`}
        onClick={() => setAsking(true)}
      >
        <UserMinus size={16} aria-hidden />
      </IconButton>
      <ConfirmDialog
        title={self ? `Leave ${project.name}?` : `Remove ${member.name}?`}
        confirmLabel={self ? "Leave" : "Remove"}
        open={asking}
        busy={remove.isPending}
        error={remove.error ? messageOf(remove.error) : undefined}
        onConfirm={() => remove.mutate()}
        onCancel={() => setAsking(false)}
      >
        {self ? "You will no longer see its board." : "They will no longer see this board. Their tasks stay."}
      </ConfirmDialog>
    </>
  );
}
