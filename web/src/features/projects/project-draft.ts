/** A project that somebody began to describe and has not made. */
import type { UserId } from "@/lib/api-types";
import { Draft, hasShape } from "@/lib/drafts";

interface ProjectDraft {
  name: string;
  description: string;
}

const isProjectDraft = (value: unknown): value is ProjectDraft =>
  hasShape(value, { name: "string", description: "string" });

export const newProjectDraft = (user: UserId) => new Draft(user, "new project", isProjectDraft);
