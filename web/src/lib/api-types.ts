/**
 * The wire types under the names this client uses. The shapes come from the
 * services' OpenAPI documents (`npm run types`); here ids are branded, so that
 * one cannot stand in for another, and what the documents cannot say is added:
 * which data belongs to which event. Times are RFC 3339 UTC, `due` is a plain
 * date (YYYY-MM-DD), ids are ULIDs.
 */
import type { components as Api } from "./schema/api";
import type { components as Auth } from "./schema/auth";

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Id<"user">;
export type ProjectId = Id<"project">;
export type TaskId = Id<"task">;
export type CommentId = Id<"comment">;
export type InviteId = Id<"invite">;
export type ExportId = Id<"export">;
export type EventId = Id<"event">;

type Schemas = Api["schemas"];
/** A shape with some members made more precise; it must have them. */
type With<Shape, Precise extends Partial<Record<keyof Shape, unknown>>> = Omit<Shape, keyof Precise> &
  Precise;

export type Role = Schemas["Member"]["role"];
export type Status = Schemas["Task"]["status"];
export type Priority = Schemas["Task"]["priority"];
export type ExportState = Schemas["Export"]["state"];
export type ExportFormat = Schemas["Export"]["format"];

export type User = With<Auth["schemas"]["User"], { id: UserId }>;
export type Session = With<Auth["schemas"]["SessionBody"], { user: User }>;
/** A place where the person is signed in. */
export type Device = Auth["schemas"]["Device"];

export type Counts = Schemas["Counts"];
export type Project = With<Schemas["Project"], { id: ProjectId; role: Role }>;
export type Member = With<Schemas["Member"], { userId: UserId }>;
export type Task = With<
  Schemas["Task"],
  { id: TaskId; projectId: ProjectId; assignee: UserId | null; createdBy: UserId; updatedBy: UserId }
>;

/** What a person may write on a task; status changes by moving. */
export type TaskFields = Pick<Task, "title" | "description" | "priority" | "assignee" | "due" | "labels">;
export type NewTask = TaskFields & Pick<Task, "status">;
export type Move = With<Schemas["Move"], { after?: TaskId; before?: TaskId }>;

/** What can be written on many tasks at once. */
export type BulkSet = { status: Status } | { assignee: UserId | null } | { priority: Priority };
/** What the same change to this task alone would have answered. */
export type BulkResult = With<Schemas["BulkResult"], { id: TaskId; task?: Task }>;

/** All that is set must hold. */
export interface TaskFilter {
  status?: Status;
  priority?: Priority;
  assignee?: UserId | "none";
  label?: string;
  /** `overdue`, `none`, or a range of dates with either end open: `2026-01-01..`. */
  due?: string;
  /** Text in title, description or labels, or a number. */
  q?: string;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export type Board = With<
  Schemas["Board"],
  { project: Project; columns: ({ status: Status } & Page<Task>)[]; members: Member[] }
>;
export type Changes = With<Schemas["Changes"], { events: LiveEvent[] }>;

export type Invite = With<Schemas["Invite"], { id: InviteId; projectId: ProjectId; createdBy: UserId }>;
export type InvitePreview = Schemas["InvitePreview"];

export type Comment = With<
  Schemas["Comment"],
  { id: CommentId; taskId: TaskId; projectId: ProjectId; author: UserId; mentions: UserId[] }
>;

/** Something that happened in a project. */
export type Entry = With<
  Schemas["Entry"],
  {
    id: EventId;
    /** A newer server may tell of things this client does not know. */
    type: Schemas["Entry"]["type"] | (string & {});
    actor?: UserId | null;
    taskId?: TaskId;
    commentId?: CommentId;
    userId?: UserId;
    /** Values as in Task; absent for the description. */
    changes?: { field: string; from?: unknown; to?: unknown }[] | null;
  }
>;

export type Deletion = With<Schemas["Deletion"], { projectId: ProjectId }>;

export type Export = With<Schemas["Export"], { id: ExportId; projectId: ProjectId; filter: TaskFilter }>;

export type NotificationKind = Schemas["Notification"]["kind"];

export type Notification = With<
  Schemas["Notification"],
  {
    id: EventId;
    /** A newer server may send kinds this client does not know. */
    kind: NotificationKind | (string & {});
    projectId?: ProjectId;
    actor?: UserId;
    data?: Readonly<Record<string, unknown>>;
  }
>;

export type InboxHead = Schemas["Counters"];
export type Inbox = Page<Notification> & InboxHead;

interface EventOf<Type extends string, Data> {
  id: EventId;
  v: number;
  /** Per project, 1, 2, 3 …; absent on events outside a project's feed. */
  seq?: number;
  type: Type;
  projectId?: ProjectId;
  actor?: UserId;
  at: string;
  /** Of the item the event tells about. */
  version?: number;
  requestId?: string;
  /** Sequences of counts that this one stands for. */
  skipped?: number[];
  data: Data;
}

/** How many comments a task has, with a version of its own. */
export type Talk = Pick<Task, "id" | "comments" | "talkVersion">;

export type LiveEvent =
  | EventOf<"task.created" | "task.updated" | "task.moved", Task>
  | EventOf<"task.deleted", { id: TaskId }>
  | EventOf<"task.talk", Talk>
  | EventOf<"project.updated", Omit<Project, "role">>
  | EventOf<"project.deleted", { id: ProjectId }>
  | EventOf<"project.counts", { counts: Counts; countsAsOf: string | null }>
  | EventOf<"member.added" | "member.updated" | "member.removed", Member>
  | EventOf<"comment.added" | "comment.updated", Comment>
  | EventOf<"comment.deleted", { id: CommentId; taskId: TaskId }>
  | EventOf<"presence.joined" | "presence.left", { userId: UserId }>
  | EventOf<"notification.read", InboxHead & { readUpTo: number; ids?: EventId[] }>
  | EventOf<"export.progress" | "export.finished", Export>;

/** `cumin.Code` words this client acts on; others are shown by their detail. */
export type ProblemCode =
  | "token_missing"
  | "token_invalid"
  | "token_expired"
  | "session_revoked"
  | "session_expired"
  | "refresh_invalid"
  | "refresh_reused"
  | "bad_credentials"
  | "email_taken"
  | "invalid_fields"
  | "not_found"
  | "forbidden"
  | "version_mismatch"
  | "last_owner"
  | "export_running"
  | "exports_limit"
  | "export_expired"
  | "project_archived"
  | "invite_expired"
  | "reset_expired"
  | "wrong_password"
  | "seq_too_old"
  | "rate_limited"
  | "unavailable"
  | (string & {});

/** RFC 9457, as every refusal of the services. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code: ProblemCode;
  requestId?: string;
  errors?: { pointer: string; code: string; message: string }[];
  /** With 412: what is stored now. */
  current?: unknown;
}
