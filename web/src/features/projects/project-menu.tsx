import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { LazyMenu } from "@/components/lazy-menu";
import { Opened } from "@/components/opened";
import type { Project } from "@/lib/api-types";
import { lazyPage, usePreload } from "@/lib/lazy-page";

const OpenProjectMenu = lazyPage(() => import("./open-project-menu"));
const EditProjectDialog = lazyPage(() => import("./edit-project-dialog"));
const DeleteProjectDialog = lazyPage(() => import("./delete-project-dialog"));

interface Props {
  project: Project;
  /** The project is gone: there is nothing left to look at here. */
  onDeleted?: () => void;
  className?: string;
}

/** What an owner can do with a project as a whole. */
export function ProjectMenu({ project, onDeleted, className = "" }: Props) {
  const [open, setOpen] = useState<"edit" | "delete">();
  const close = () => setOpen(undefined);
  usePreload(OpenProjectMenu, EditProjectDialog, DeleteProjectDialog);
  return (
    <>
      <LazyMenu
        trigger={
          <button
            type="button"
            aria-label={`More about ${project.name}`}
            title="More"
            className={`inline-flex size-9 shrink-0 items-center justify-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink aria-expanded:bg-sunken ${className}`}
          >
            <Ellipsis size={18} aria-hidden />
          </button>
        }
      >
        {(trigger) => <OpenProjectMenu trigger={trigger} project={project} onChoose={setOpen} />}
      </LazyMenu>
      <Opened onClose={close}>
        {open === "edit" && <EditProjectDialog project={project} onClose={close} />}
        {open === "delete" && (
          <DeleteProjectDialog
            project={project}
            onClose={close}
            onDeleted={() => {
              close();
              onDeleted?.();
            }}
          />
        )}
      </Opened>
    </>
  );
}
