import type { QueryClient } from "@tanstack/react-query";
import type { Project } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { toast } from "@/lib/toast/toasts";
import { changeProject } from "./projects-api";

/**
 * Archives a project or brings it back, and tells with the way back. Not a
 * component's mutation: the card whose menu asked leaves the page with its project.
 */
export async function setArchived(client: QueryClient, project: Project, archived: boolean): Promise<void> {
  const { id, name } = project;
  const key = `archive ${id}`;
  try {
    const changed = await changeProject(client, project, { archived });
    toast({
      key,
      tone: "success",
      title: archived ? `${name} is archived` : `${name} is back`,
      text: archived
        ? "It can be read and exported, and found under Archived."
        : "Its tasks can be changed again.",
      action: { label: "Undo", run: () => void setArchived(client, changed, !archived) },
    });
  } catch (error) {
    toast({
      key,
      tone: "error",
      title: archived ? `${name} was not archived` : `${name} did not come back`,
      text: messageOf(error),
    });
  }
}
