import type { QueryClient } from "@tanstack/react-query";
import type { ProjectId } from "@/lib/api-types";
import { dismissToast, toast, type Toast } from "@/lib/toast/toasts";
import { type Changed, forget, remember } from "./moves";

/** Tells of a change that can be undone: by the toast while it stands, and by the undo of the project as long as it is the last. */
export function tellUndoable(
  client: QueryClient,
  project: ProjectId,
  told: Omit<Toast, "action">,
  undo: () => Promise<void>,
): void {
  const made: Changed = {
    said: told.title,
    undo: () => {
      if (navigator.onLine) forget(client, project, made); // else it fails, and can be tried again
      dismissToast(told.key);
      void undo();
    },
  };
  remember(client, project, made);
  toast({ ...told, action: { label: "Undo", run: made.undo } });
}
