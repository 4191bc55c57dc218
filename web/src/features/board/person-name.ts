import type { Member, UserId } from "@/lib/api-types";

/** What a person of the project is called; tasks may be of people who have left it. */
export const personName = (members: readonly Member[], user: UserId): string =>
  members.find(({ userId }) => userId === user)?.name ?? "A former member";
