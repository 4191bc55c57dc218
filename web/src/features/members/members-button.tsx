import { Users } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Opened } from "@/components/opened";
import type { Member, Project } from "@/lib/api-types";
import { useCommand } from "@/lib/commands";
import { lazyPage, usePreload } from "@/lib/lazy-page";

const MembersDialog = lazyPage(() => import("./members-dialog"));

interface Props {
  project: Project;
  members: readonly Member[];
}

/** The board's "Members" button. */
export function MembersButton({ project, members }: Props) {
  const [open, setOpen] = useState(false);
  usePreload(MembersDialog);
  useCommand({ label: "Show the members", also: "people invite role leave", run: () => setOpen(true) });
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)} className="max-lg:px-2.5!">
        <Users size={16} aria-hidden />
        <span className="max-lg:sr-only">Members</span>
        <span aria-hidden className="text-ink-faint tabular-nums">
          {members.length}
        </span>
      </Button>
      <Opened onClose={() => setOpen(false)}>
        {open && <MembersDialog project={project} members={members} onClose={() => setOpen(false)} />}
      </Opened>
    </>
  );
}
