import { useQueryClient } from "@tanstack/react-query";
import { Archive, ArchiveRestore, Pencil, Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { Menu, MenuItem, MenuSeparator } from "@/components/menu";
import type { Project } from "@/lib/api-types";
import { useOnline } from "@/lib/online";
import { setArchived } from "./archiving";

interface Props {
  trigger: ReactElement;
  project: Project;
  onChoose: (what: "edit" | "delete") => void;
}

/** The menu of a project, open. */
export default function OpenProjectMenu({ trigger, project, onChoose }: Props) {
  const { archived } = project;
  const client = useQueryClient();
  const online = useOnline();
  const Icon = archived ? ArchiveRestore : Archive;

  return (
    <Menu trigger={trigger} opened>
      <MenuItem icon={<Pencil size={16} aria-hidden />} disabled={!online} onSelect={() => onChoose("edit")}>
        Edit…
      </MenuItem>
      <MenuItem
        icon={<Icon size={16} aria-hidden />}
        disabled={!online}
        onSelect={() => void setArchived(client, project, !archived)}
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
