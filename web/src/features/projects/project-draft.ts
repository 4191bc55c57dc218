/** A project that somebody began to describe and has not made. */
import type { UserId } from "@/lib/api-types";
import { Draft, hasShape } from "@/lib/drafts";
import type { ProjectText } from "./project-fields";

const isProjectDraft = (value: unknown): value is ProjectText =>
  hasShape(value, { name: "string", key: "string", description: "string" });

export const newProjectDraft = (user: UserId) => new Draft(user, "new project", isProjectDraft);
