import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Opened } from "@/components/opened";
import type { Member, Project } from "@/lib/api-types";
import { useCommand } from "@/lib/commands";
import { lazyPage, usePreload } from "@/lib/lazy-page";

const ExportDialog = lazyPage(() => import("./export-dialog"));

interface Props {
  project: Project;
  members: readonly Member[];
}

/** The board's "Export" button. */
export function ExportButton({ project, members }: Props) {
  const [open, setOpen] = useState(false);
  usePreload(ExportDialog);
  useCommand({ label: "Export tasks", keys: "e", also: "download csv file", run: () => setOpen(true) });
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)} className="max-lg:px-2.5!">
        <Download size={16} aria-hidden />
        <span className="max-lg:sr-only">Export</span>
      </Button>
      <Opened onClose={() => setOpen(false)}>
        {open && <ExportDialog project={project} members={members} onClose={() => setOpen(false)} />}
      </Opened>
    </>
  );
}
