import { Archive, ArchiveRestore, Pencil, Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { Menu, MenuItem, MenuSeparator } from "@/components/menu";
import type { Project } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { useOnline } from "@/lib/online";
import { toast } from "@/lib/toast/toasts";
import { useChangeProject } from "./projects-api";

interface Props {
  trigger: ReactElement;
  project: Project;
  onChoose: (what: "edit" | "delete") => void;
}

/** The menu of a project, open. */
export default function OpenProjectMenu({ trigger, project, onChoose }: Props) {
  const { archived, name } = project;
  const change = useChangeProject(project);
  const online = useOnline();
  const Icon = archived ? ArchiveRestore : Archive;

  const setArchived = (next: boolean) =>
    change.mutate(
      { archived: next },
      {
        onSuccess: () =>
          toast({
            key: `archive ${project.id}`,
            tone: "success",
            title: next ? `${name} is archived` : `${name} is back`,
            text: next
              ? "It can be read and exported, and found under Archived."
              : "Its tasks can be changed again.",
          }),
        onError: (error) =>
          toast({
            key: `archive ${project.id}`,
            tone: "error",
            title: next ? `${name} was not archived` : `${name} did not come back`,
            text: messageOf(error),
          }),
      },
    );

  return (
    <Menu trigger={trigger} opened>
      <MenuItem icon={<Pencil size={16} aria-hidden />} disabled={!online} onSelect={() => onChoose("edit")}>
        Edit…
      </MenuItem>
      <MenuItem
        icon={<Icon size={16} aria-hidden />}
        disabled={!online}
        onSelect={() => setArchived(!archived)}
      >
        {archived ? "Bring back" : "Archive"}
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        danger
        icon={<Trash2 size={16} aria-hidden />}
        disabled={!online}
        onSelect={() => onChoose("delete")}
      >
        Delete…
      </MenuItem>
    </Menu>
  );
}
