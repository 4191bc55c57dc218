import { useQuery } from "@tanstack/react-query";
import { MessagePage } from "@/components/message-page";
import type { UserId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { goneQuery, type Gone } from "@/lib/live/gone";
import { useUser } from "@/lib/session/use-session";

/** In place of a project that was open until it was deleted, or until one was removed from it. */
export function ProjectGone({ board: { project, members } }: { board: BoardState }) {
  const { data: gone } = useQuery(goneQuery(project.id));
  const me = useUser().id;
  const nameOf = (user: UserId | undefined) =>
    user === me ? "You" : members.find(({ userId }) => userId === user)?.name;
  return (
    <MessagePage alert title={titleOf(gone, nameOf(gone?.by))}>
      <p className="wrap-anywhere text-ink-soft">{textOf(gone, project.name)}</p>
    </MessagePage>
  );
}

function titleOf(gone: Gone | null | undefined, who: string | undefined): string {
  if (!gone) return "This project is gone";
  if (gone.how === "deleted") return who ? `${who} deleted this project` : "This project was deleted";
  if (who === "You") return "You left this project";
  return who ? `${who} removed you from this project` : "You are no longer in this project";
}

function textOf(gone: Gone | null | undefined, name: string): string {
  if (!gone) return `“${name}” was deleted, or you are no longer a member of it.`;
  if (gone.how === "deleted") return `“${name}” and its tasks are gone for everyone.`;
  return `“${name}” goes on without you. To come back, ask one of its owners to invite you.`;
}
