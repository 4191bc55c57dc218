/**
 * The wire types of docs/contract.md, "HTTP" and "Socket". Hand-written until
 * the API serves its OpenAPI document. Times are RFC 3339 UTC, `due` is a plain
 * date (YYYY-MM-DD), ids are ULIDs, branded so that one cannot stand in for
 * another.
 */

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Id<"user">;
export type ProjectId = Id<"project">;
export type TaskId = Id<"task">;
export type ExportId = Id<"export">;
export type EventId = Id<"event">;

export type Role = "viewer" | "editor" | "owner";
export type Status = "todo" | "in_progress" | "done";
export type Priority = "none" | "low" | "medium" | "high" | "urgent";
export type ExportState = "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";

export interface User {
  id: UserId;
  name: string;
  email: string;
}

export interface Session {
  accessToken: string;
  /** Seconds the access token lives, counted from the answer. */
  expiresIn: number;
  user: User;
}

export interface Counts {
  todo: number;
  inProgress: number;
  done: number;
}

export interface Project {
  id: ProjectId;
  name: string;
  description: string;
  archived: boolean;
  /** The caller's role. */
  role: Role;
  counts: Counts;
  /** When the counts last changed; null while they never did. */
  countsAsOf: string | null;
  members: number;
  version: number;
  createdAt: string;
  updatedAt: string;
}

export interface Member {
  userId: UserId;
  name: string;
  role: Role;
  version: number;
  joinedAt: string;
}

export interface Task {
  id: TaskId;
  projectId: ProjectId;
  /** Shown as CUM-123. */
  number: number;
  title: string;
  description: string;
  status: Status;
  priority: Priority;
  assignee: UserId | null;
  due: string | null;
  labels: string[];
  /** Place in the column, compared as bytes. */
  rank: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  createdBy: UserId;
  updatedBy: UserId;
}

/** What a person may write on a task; status changes by moving. */
export interface TaskFields {
  title: string;
  description: string;
  priority: Priority;
  assignee: UserId | null;
  due: string | null;
  labels: string[];
}

export interface NewTask extends TaskFields {
  status: Status;
}

export interface Move {
  status: Status;
  after?: TaskId;
  before?: TaskId;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export interface Board {
  project: Project;
  seq: number;
  columns: ({ status: Status } & Page<Task>)[];
  members: Member[];
}

export interface Changes {
  events: LiveEvent[];
  seq: number;
  more: boolean;
}

export interface Export {
  id: ExportId;
  projectId: ProjectId;
  format: "csv";
  /** Only tasks of this status; null: all. */
  status: Status | null;
  state: ExportState;
  rowsDone: number;
  /** An estimate from the counts at the start. */
  rowsTotal: number;
  bytes: number;
  error: string | null;
  createdAt: string;
  updatedAt: string;
  finishedAt: string | null;
  requestId: string;
}

export type NotificationKind =
  | "export.succeeded"
  | "export.failed"
  | "task.assigned"
  | "member.added"
  | "member.role_changed"
  | "project.deleted"
  | "session.reuse_detected";

export interface Notification {
  /** 1, 2, 3 … per person without gaps. */
  seq: number;
  id: EventId;
  /** A newer server may send kinds this client does not know. */
  kind: NotificationKind | (string & {});
  projectId?: ProjectId;
  actor?: UserId;
  at: string;
  requestId?: string;
  data?: Readonly<Record<string, unknown>>;
  read: boolean;
}

export interface InboxHead {
  unread: number;
  seq: number;
}

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
  data: Data;
}

export type LiveEvent =
  | EventOf<"task.created" | "task.updated" | "task.moved", Task>
  | EventOf<"task.deleted", { id: TaskId }>
  | EventOf<"project.updated", Omit<Project, "role">>
  | EventOf<"project.deleted", { id: ProjectId }>
  | EventOf<"project.counts", { counts: Counts; countsAsOf: string | null }>
  | EventOf<"member.added" | "member.updated" | "member.removed", Member>
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
