import { createContext, useContext } from "react";
import type { Task } from "@/lib/api-types";
import { taskName } from "@/lib/words";

/** The key of the project whose tasks are shown. */
export const ProjectKey = createContext<string | undefined>(undefined);

/** What the tasks around here are called. */
export function useTaskName(): (task: Pick<Task, "number">) => string {
  const key = useContext(ProjectKey);
  return ({ number }) => taskName(key, number);
}
