import { Dialog } from "@/components/dialog";
import type { Member, Project } from "@/lib/api-types";
import { Invites } from "./invites";
import { MemberRow } from "./member-row";

interface Props {
  project: Project;
  members: readonly Member[];
  onClose: () => void;
}

/** Who is here, and for owners who may do what and who may come. */
export default function MembersDialog({ project, members, onClose }: Props) {
  const owner = project.role === "owner";
  const owners = members.filter(({ role }) => role === "owner");
  return (
    <Dialog
      title="Members"
      description={
        owner ? `Who works on ${project.name}, and what they may do.` : `Who works on ${project.name}.`
      }
      open
      onClose={onClose}
    >
      <div className="grid gap-5">
        <ul aria-label="Members of this project" className="grid gap-1">
          {members.map((member) => (
            <MemberRow
              key={member.userId}
              project={project}
              member={member}
              onlyOwner={owners.length === 1 && owners[0] === member}
            />
          ))}
        </ul>
        {owner && <Invites project={project} />}
      </div>
    </Dialog>
  );
}
