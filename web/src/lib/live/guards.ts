/** What arrives over the socket is checked before it is believed; what does not fit is dropped. */
import type { InboxHead, LiveEvent, Notification } from "@/lib/api-types";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** The parts of `data` each type of event cannot do without. */
const needs: Readonly<Record<LiveEvent["type"], readonly string[]>> = {
  "task.created": ["id", "status", "rank", "version"],
  "task.updated": ["id", "status", "rank", "version"],
  "task.moved": ["id", "status", "rank", "version"],
  "task.deleted": ["id"],
  "task.talk": ["id", "comments", "talkVersion"],
  "project.updated": ["id", "name", "version"],
  "project.deleted": ["id"],
  "project.counts": ["counts"],
  "member.added": ["userId", "role", "version"],
  "member.updated": ["userId", "role", "version"],
  "member.removed": ["userId"],
  "comment.added": ["id", "taskId", "body"],
  "comment.updated": ["id", "taskId", "body"],
  "comment.deleted": ["id", "taskId"],
  "presence.joined": ["userId"],
  "presence.left": ["userId"],
  "notification.read": ["unread", "seq", "readUpTo"],
  "export.progress": ["id", "state"],
  "export.finished": ["id", "state"],
};

/** An event this client understands; a newer server may send others. */
export function isLiveEvent(value: unknown): value is LiveEvent {
  if (!isRecord(value) || typeof value.type !== "string" || !(value.type in needs)) return false;
  const { data } = value;
  return isRecord(data) && needs[value.type as LiveEvent["type"]].every((name) => name in data);
}

export function isNotification(value: unknown): value is Notification {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.seq === "number" &&
    typeof value.kind === "string" &&
    typeof value.at === "string"
  );
}

/** The head of the inbox as another tab of this browser tells it. */
export function isInboxHead(value: unknown): value is InboxHead {
  return isRecord(value) && typeof value.unread === "number" && typeof value.seq === "number";
}

export function codeOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value.code === "string" ? value.code : undefined;
}
