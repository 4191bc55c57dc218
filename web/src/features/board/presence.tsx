import { useQuery } from "@tanstack/react-query";
import { Avatar } from "@/components/avatar";
import type { Member, ProjectId } from "@/lib/api-types";
import { presenceQuery } from "@/lib/live/presence";
import { useUser } from "@/lib/session/use-session";

const SHOWN = 4;

/** Who else looks at this project now. */
export function Presence({ project, members }: { project: ProjectId; members: readonly Member[] }) {
  const { data: here = [] } = useQuery(presenceQuery(project));
  const me = useUser().id;
  const others = members.filter(({ userId }) => userId !== me && here.includes(userId));
  if (others.length === 0) return null;
  return (
    <ul aria-label="Here now" className="flex -space-x-1">
      {others.slice(0, SHOWN).map(({ userId, name }) => (
        <li key={userId} title={`${name} is here`} className="relative rounded-full ring-2 ring-canvas">
          <Avatar id={userId} name={name} />
          <span
            aria-hidden
            className="absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full bg-done ring-2 ring-canvas"
          />
        </li>
      ))}
      {others.length > SHOWN && (
        <li className="pl-2.5 text-sm text-ink-soft">and {others.length - SHOWN} more</li>
      )}
    </ul>
  );
}
