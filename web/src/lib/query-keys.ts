import type { ProjectId, TaskId } from "./api-types";

/** The names of everything in the query cache, shared by the features and the live connection. */
export const queryKeys = {
  projects: ["projects"],
  board: (project: ProjectId) => ["board", project],
  task: (project: ProjectId, task: TaskId) => ["task", project, task],
  exports: ["exports"],
  inbox: ["inbox", "list"],
  inboxHead: ["inbox", "head"],
} as const;
