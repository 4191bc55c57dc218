import type { ProjectId, TaskFilter, TaskId } from "./api-types";

/** The names of everything in the query cache, shared by the features and the live connection. */
export const queryKeys = {
  /** All lists of projects, whatever they are searched for and sorted by. */
  projects: ["projects"],
  /** One of them alone, where neither a list nor its board is cached. */
  project: (project: ProjectId) => ["project", project],
  /** All boards of a project: the whole one and filtered ones. */
  boards: (project: ProjectId) => ["board", project],
  board: (project: ProjectId, filter: TaskFilter = {}) => ["board", project, filter],
  /** All lists of a project's tasks. */
  tasks: (project: ProjectId) => ["tasks", project],
  task: (project: ProjectId, task: TaskId) => ["task", project, task],
  /** What this tab moved: nothing of the server's, but gone with everything else when another person signs in. */
  moves: (project: ProjectId) => ["moves", project],
  comments: (project: ProjectId, task: TaskId) => ["comments", project, task],
  history: (project: ProjectId, task: TaskId) => ["history", project, task],
  activity: (project: ProjectId) => ["activity", project],
  invites: (project: ProjectId) => ["invites", project],
  presence: (project: ProjectId) => ["presence", project],
  /** Why a project that was open is not there any more. */
  gone: (project: ProjectId) => ["gone", project],
  exports: ["exports"],
  inbox: ["inbox", "list"],
  inboxHead: ["inbox", "head"],
  devices: ["devices"],
  preferences: ["preferences"],
} as const;
