// Written by `npm run types` from docs/openapi/api.json.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Board: {
            columns: components["schemas"]["BoardColumn"][];
            members: components["schemas"]["Member"][];
            project: components["schemas"]["Project"];
            /**
             * Format: int64
             * @description Ask for changes from here; a little in the past on purpose
             */
            seq: number;
        };
        BoardColumn: {
            items: components["schemas"]["Task"][];
            /** @description Go on with GET …/tasks?status=…&sort=rank&cursor=… and the board's filters */
            nextCursor?: string;
            /** @enum {string} */
            status: "todo" | "in_progress" | "done";
        };
        BulkEdit: {
            /** @description … or this */
            delete?: boolean;
            items: components["schemas"]["BulkItem"][];
            /** @description Either this … */
            set?: components["schemas"]["BulkSet"];
        };
        BulkItem: {
            id: string;
            /** @description With set.status, that of the task as it stood in this column before: brings it back to its place; absent: the column's end */
            rank?: string;
            /**
             * Format: int64
             * @description Of what the caller saw; absent: whatever is stored
             */
            version?: number;
        };
        BulkResult: {
            code?: string;
            detail?: string;
            id: string;
            /**
             * Format: int64
             * @description HTTP status as of the single request
             */
            status: number;
            /** @description Its new state; with 412 what is stored */
            task?: components["schemas"]["Task"];
        };
        BulkSet: {
            addLabels?: string[];
            /** @description A member's user id */
            assignee?: string | null;
            /** Format: date */
            due?: string | null;
            /** @enum {string|null} */
            priority?: "none" | "low" | "medium" | "high" | "urgent" | null;
            removeLabels?: string[];
            /**
             * @description Tasks that change their column go to its end, or to the rank that they name
             * @enum {string}
             */
            status?: "todo" | "in_progress" | "done";
        };
        Changes: {
            events: components["schemas"]["Event"][];
            /** @description Ask again at once */
            more: boolean;
            /**
             * Format: int64
             * @description Ask from here next
             */
            seq: number;
        };
        Comment: {
            author: string;
            body: string;
            /** Format: date-time */
            createdAt: string;
            edited: boolean;
            id: string;
            mentions: string[];
            projectId: string;
            taskId: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: int64 */
            version: number;
        };
        CommentBody: {
            /** @description Markdown; @[Name](userId) mentions a member */
            body: string;
        };
        Counters: {
            /**
             * Format: int64
             * @description Of the newest notification
             */
            seq: number;
            /** Format: int64 */
            unread: number;
        };
        Counts: {
            /** Format: int64 */
            done: number;
            /** Format: int64 */
            inProgress: number;
            /** Format: int64 */
            todo: number;
        };
        Deletion: {
            /** Format: date-time */
            createdAt: string;
            /** Format: int64 */
            done: number;
            /** Format: date-time */
            finishedAt: string | null;
            projectId: string;
            /** @enum {string} */
            state: "running" | "done";
            /** Format: int64 */
            total: number;
        };
        Download: {
            /** Format: date-time */
            expiresAt: string;
            /** Format: uri */
            url: string;
        };
        Entry: {
            actor?: string;
            actorName: string;
            /** Format: date-time */
            at: string;
            changes?: components["schemas"]["FieldChange"][];
            commentId?: string;
            excerpt?: string;
            id: string;
            name?: string;
            /** Format: int64 */
            number?: number;
            /** @enum {string} */
            role?: "viewer" | "editor" | "owner";
            taskId?: string;
            title?: string;
            /** @enum {string} */
            type: "task.created" | "task.updated" | "task.moved" | "task.deleted" | "task.restored" | "comment.added" | "comment.deleted" | "project.created" | "project.updated" | "member.added" | "member.updated" | "member.removed";
            userId?: string;
        };
        Event: {
            actor?: string;
            /** Format: date-time */
            at: string;
            data?: unknown;
            id: string;
            projectId?: string;
            requestId?: string;
            /** Format: int64 */
            seq?: number;
            skipped?: number[];
            /** @enum {string} */
            type: "task.created" | "task.updated" | "task.moved" | "task.deleted" | "task.talk" | "project.updated" | "project.deleted" | "project.counts" | "member.added" | "member.updated" | "member.removed" | "comment.added" | "comment.updated" | "comment.deleted" | "export.progress" | "export.finished" | "notification.created" | "notification.read" | "presence.joined" | "presence.left";
            /** Format: int64 */
            v: number;
            /** Format: int64 */
            version?: number;
        };
        Export: {
            /** Format: int64 */
            bytes: number;
            /** Format: date-time */
            createdAt: string;
            error: string | null;
            filter: components["schemas"]["TaskFilter"];
            /** Format: date-time */
            finishedAt: string | null;
            /** @enum {string} */
            format: "csv" | "jsonl";
            id: string;
            projectId: string;
            requestId: string;
            /** Format: int64 */
            rowsDone: number;
            /** Format: int64 */
            rowsTotal: number;
            /** @enum {string} */
            state: "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";
            /** Format: date-time */
            updatedAt: string;
        };
        ExportFilter: {
            /** @description A user id, or none */
            assignee?: string;
            /** @description overdue, none, or a range like 2026-01-01..2026-01-31 */
            due?: string;
            label?: string;
            /** @enum {string} */
            priority?: "none" | "low" | "medium" | "high" | "urgent";
            q?: string;
            /** @enum {string} */
            status?: "todo" | "in_progress" | "done";
        };
        FieldChange: {
            field: string;
            from?: unknown;
            to?: unknown;
        };
        Inbox: {
            items: components["schemas"]["Notification"][];
            /** @description Absent on the last page */
            nextCursor?: string;
            /**
             * Format: int64
             * @description Of the newest notification
             */
            seq: number;
            /** Format: int64 */
            unread: number;
        };
        Invite: {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            email: string | null;
            /** Format: date-time */
            expiresAt: string;
            id: string;
            projectId: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "owner";
            /** @description Opens the invite; only in the answer that made it */
            token?: string;
        };
        InvitePreview: {
            /** Format: date-time */
            expiresAt: string;
            /** @description The name of who invites */
            invitedBy: string;
            projectName: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "owner";
        };
        ListBulkResult: {
            items: components["schemas"]["BulkResult"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListComment: {
            items: components["schemas"]["Comment"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListEntry: {
            items: components["schemas"]["Entry"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListExport: {
            items: components["schemas"]["Export"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListInvite: {
            items: components["schemas"]["Invite"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListMember: {
            items: components["schemas"]["Member"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListProject: {
            items: components["schemas"]["Project"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        ListTask: {
            items: components["schemas"]["Task"][];
            /** @description Absent on the last page */
            nextCursor?: string;
        };
        Marking: {
            /** @description These … */
            ids?: string[];
            /**
             * Format: int64
             * @description … or all up to this seq; not both
             */
            upTo?: number;
        };
        Member: {
            /** Format: date-time */
            joinedAt: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "owner";
            userId: string;
            /** Format: int64 */
            version: number;
        };
        Move: {
            /** @description Id of the task above the new place */
            after?: string | null;
            /** @description Id of the task below the new place */
            before?: string | null;
            /** @enum {string} */
            status: "todo" | "in_progress" | "done";
        };
        NewExport: {
            /** @description Which tasks; absent: all */
            filter?: components["schemas"]["ExportFilter"];
            /** @enum {string} */
            format: "csv" | "jsonl";
        };
        NewInvite: {
            /**
             * Format: email
             * @description Whom it is meant for; absent: whoever has the link
             */
            email?: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "owner";
        };
        NewProject: {
            description?: string;
            /**
             * @description What its tasks' names begin with; absent: made of the name
             * @example SL
             */
            key?: string;
            /** @example Spring launch */
            name: string;
        };
        NewRole: {
            /** @enum {string} */
            role: "viewer" | "editor" | "owner";
        };
        NewTask: {
            /** @description A member's user id */
            assignee?: string | null;
            /** @description Markdown */
            description?: string;
            /** Format: date */
            due?: string | null;
            labels?: string[];
            /**
             * @default none
             * @enum {string}
             */
            priority: "none" | "low" | "medium" | "high" | "urgent";
            /**
             * @default todo
             * @enum {string}
             */
            status: "todo" | "in_progress" | "done";
            /** @example Buy cumin */
            title: string;
        };
        Notification: {
            actor?: string;
            /** Format: date-time */
            at: string;
            data?: unknown;
            id: string;
            /** @enum {string} */
            kind: "export.succeeded" | "export.failed" | "task.assigned" | "task.mentioned" | "member.added" | "member.role_changed" | "invite.received" | "invite.accepted" | "project.deleted" | "session.reuse_detected";
            projectId?: string;
            read: boolean;
            requestId?: string;
            /** Format: int64 */
            seq: number;
        };
        Preferences: {
            /** @description Kinds that are not put into the inbox */
            muted: ("task.assigned" | "task.mentioned" | "member.added" | "member.role_changed" | "invite.received" | "invite.accepted" | "project.deleted")[];
        };
        Problem: {
            /**
             * @description Stable reason for a program
             * @example not_found
             */
            code: string;
            /** @description With version_mismatch: what is stored now */
            current?: unknown;
            /** @description A sentence for a person */
            detail?: string;
            /** @description What was wrong where */
            errors?: components["schemas"]["ProblemField"][] | null;
            /** @description Quote it when asking for help; the logs carry it */
            requestId: string;
            /**
             * Format: int64
             * @description HTTP status
             * @example 404
             */
            status: number;
            /**
             * @description The status in words
             * @example Not Found
             */
            title: string;
            /**
             * Format: uri-reference
             * @description Where this kind of problem is explained
             * @example /api/v1/docs/problems#not_found
             */
            type: string;
        };
        ProblemField: {
            /** @example too_long */
            code: string;
            message: string;
            /** @example /title */
            pointer: string;
        };
        Project: {
            archived: boolean;
            counts: components["schemas"]["Counts"];
            /** Format: date-time */
            countsAsOf: string | null;
            /** Format: date-time */
            createdAt: string;
            description: string;
            id: string;
            /**
             * @description What people call its tasks by: task 12 is WS-12. Not unique
             * @example WS
             */
            key: string;
            /** Format: int64 */
            members: number;
            name: string;
            /** @enum {string} */
            role?: "viewer" | "editor" | "owner";
            /** Format: date-time */
            updatedAt: string;
            /** Format: int64 */
            version: number;
        };
        ProjectPatch: {
            archived?: boolean | null;
            description?: string | null;
            key?: string;
            name?: string;
        };
        ShownToken: {
            token: string;
        };
        Task: {
            assignee: string | null;
            /**
             * Format: int64
             * @description How many there are
             */
            comments: number;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            description: string;
            due: string | null;
            id: string;
            labels: string[];
            /** Format: int64 */
            number: number;
            /** @enum {string} */
            priority: "none" | "low" | "medium" | "high" | "urgent";
            projectId: string;
            rank: string;
            /** @enum {string} */
            status: "todo" | "in_progress" | "done";
            /**
             * Format: int64
             * @description Grows with each comment made or deleted, which are no new version of the task
             */
            talkVersion: number;
            title: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: string;
            /** Format: int64 */
            version: number;
        };
        TaskFilter: {
            assignee?: string;
            due?: string;
            label?: string;
            /** @enum {string} */
            priority?: "none" | "low" | "medium" | "high" | "urgent";
            q?: string;
            /** @enum {string} */
            status?: "todo" | "in_progress" | "done";
        };
        TaskPatch: {
            /** @description A member's user id */
            assignee?: string | null;
            description?: string | null;
            /** Format: date */
            due?: string | null;
            labels?: string[] | null;
            /** @enum {string|null} */
            priority?: "none" | "low" | "medium" | "high" | "urgent" | null;
            title?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
