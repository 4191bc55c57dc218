import { History } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Opened } from "@/components/opened";
import type { Member, Project } from "@/lib/api-types";
import { useCommand } from "@/lib/commands";
import { lazyPage, usePreload } from "@/lib/lazy-page";

const ActivityPanel = lazyPage(() => import("./activity-panel"));

interface Props {
  project: Project;
  members: readonly Member[];
}

/** The board's "Activity" button. */
export function ActivityButton({ project, members }: Props) {
  const [open, setOpen] = useState(false);
  usePreload(ActivityPanel);
  useCommand({ label: "Show the activity", also: "history changes log", run: () => setOpen(true) });
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)} className="max-lg:px-2.5!">
        <History size={16} aria-hidden />
        <span className="max-lg:sr-only">Activity</span>
      </Button>
      <Opened onClose={() => setOpen(false)}>
        {open && <ActivityPanel project={project} members={members} onClose={() => setOpen(false)} />}
      </Opened>
    </>
  );
}
