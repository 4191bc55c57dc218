import type { Project, ProjectId, Session, Task, TaskId, User, UserId } from "@/lib/api-types";

export const ada: User = { id: "ADA" as UserId, name: "Ada Lovelace", email: "ada@example.org" };

export const sessionWith = (accessToken: string, expiresIn = 300): Session => ({
  accessToken,
  expiresIn,
  user: ada,
});

export const projectId = "P" as ProjectId;

export function aProject(change: Partial<Project> = {}): Project {
  return {
    id: projectId,
    name: "Launch",
    key: "LAU",
    description: "",
    archived: false,
    role: "editor",
    counts: { todo: 0, inProgress: 0, done: 0 },
    countsAsOf: null,
    members: 1,
    version: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...change,
  };
}

export function aTask(id: string, rank: string, change: Partial<Omit<Task, "id" | "rank">> = {}): Task {
  return {
    id: id as TaskId,
    projectId,
    number: 1,
    title: id,
    description: "",
    status: "todo",
    priority: "none",
    assignee: null,
    due: null,
    labels: [],
    rank,
    version: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    createdBy: ada.id,
    updatedBy: ada.id,
    comments: 0,
    talkVersion: 0,
    ...change,
  };
}
