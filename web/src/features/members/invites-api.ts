import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Invite, InviteId, Page, ProjectId, Role } from "@/lib/api-types";
import { newRequestId } from "@/lib/http/request-id";
import { queryKeys } from "@/lib/query-keys";

const invitesPath = (project: ProjectId) => `/projects/${project}/invites`;

/** Those that nobody has used yet. */
export const invitesQuery = (project: ProjectId) =>
  queryOptions({
    queryKey: queryKeys.invites(project),
    queryFn: ({ signal }) => api.get<Page<Invite>>(invitesPath(project), { signal }),
    staleTime: 0,
  });

/** Resolves with the invite and, this once, its token. */
export function useInvite(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email?: string; role: Role }) =>
      api.post<Invite>(invitesPath(project), body, { headers: { "Idempotency-Key": newRequestId() } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.invites(project) }),
  });
}

export function useRevokeInvite(project: ProjectId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invite: InviteId) => api.delete(`${invitesPath(project)}/${invite}`),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.invites(project) }),
  });
}

/** Where the invited person goes. The token is a fragment: no server and no log gets to see it. */
export const inviteLink = (token: string): string => `${location.origin}/invite#${token}`;
