import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { Button } from "@/components/button";
import { FormError } from "@/components/field";
import { api } from "@/lib/api";
import type { InviteId, Project } from "@/lib/api-types";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";

interface Props {
  invite: InviteId;
  onJoined: () => void;
}

/** Joins the project one was invited to, and goes there. */
export function AcceptInvite({ invite, onJoined }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => api.post<Project>(`/invites/${invite}/accept`, {}),
    onSuccess: ({ id }) => {
      onJoined();
      void client.invalidateQueries({ queryKey: queryKeys.projects });
      void navigate(`/projects/${id}`);
    },
  });
  const over = isApiError(accept.error, "invite_expired", "not_found");
  return (
    <div className="mt-1.5 grid justify-items-start gap-1.5">
      <FormError>
        {accept.error &&
          (over ? "This invitation is over: used, withdrawn, or too old." : messageOf(accept.error))}
      </FormError>
      {!over && (
        <Button saves small busy={accept.isPending} onClick={() => accept.mutate()}>
          {accept.isPending ? "Joining…" : "Join"}
        </Button>
      )}
    </div>
  );
}
