/**
 * The one place where live events enter the query cache. Each change is
 * guarded by a version (or, for counts, by their time), so events may come
 * twice, late, or after the answer to the request that caused them.
 */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type {
  Counts,
  EventId,
  Export,
  Inbox,
  InboxHead,
  LiveEvent,
  Member,
  Page,
  Project,
  ProjectId,
  Talk,
  Task,
  UserId,
} from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import { findTask, withoutTask, withTalk, withTask } from "@/lib/board/board-state";
import { latest, talked } from "@/lib/board/latest";
import { updateLists } from "@/lib/board/task-lists";
import { queryKeys } from "@/lib/query-keys";
import { setGone } from "./gone";
import { applyPresence } from "./presence";
import { soon } from "./soon";

type ReadMark = InboxHead & { readUpTo: number; ids?: EventId[] };

/** `me`: whose cache this is. */
export function applyEvent(client: QueryClient, event: LiveEvent, me: UserId | undefined): void {
  tellFeeds(client, event);
  switch (event.type) {
    case "task.created":
    case "task.updated":
    case "task.moved":
      return applyTask(client, event.data);
    case "task.deleted": {
      const { id } = event.data;
      if (!event.projectId) return;
      applyToLists(client, event.projectId, (task) => (task.id === id ? undefined : task));
      return updateBoards(client, event.projectId, (state) =>
        withoutTask(state, id, event.version ?? (findTask(state, id)?.version ?? 0) + 1),
      );
    }
    case "task.talk":
      if (!event.projectId) return;
      return applyTalk(client, event.projectId, event.data);
    case "project.updated":
      return updateProject(client, event.data.id, (project) => newerProject(project, event.data));
    case "project.counts": {
      const { counts, countsAsOf } = event.data;
      if (!event.projectId) return;
      return updateProject(client, event.projectId, (project) => newerCounts(project, counts, countsAsOf));
    }
    case "project.deleted":
      setGone(client, event.data.id, { how: "deleted", ...(event.actor && { by: event.actor }) });
      void client.invalidateQueries({ queryKey: queryKeys.boards(event.data.id) });
      void client.invalidateQueries({ queryKey: queryKeys.projects });
      return;
    case "member.added":
    case "member.updated":
    case "member.removed":
      if (!event.projectId) return;
      // Whoever came may have used an invitation.
      void client.invalidateQueries({ queryKey: queryKeys.invites(event.projectId) });
      if (event.type === "member.removed" && event.data.userId === me) {
        setGone(client, event.projectId, { how: "removed", ...(event.actor && { by: event.actor }) });
      }
      return applyMember(client, event.projectId, event.data, event.type === "member.removed", me);
    case "comment.added":
    case "comment.updated":
    case "comment.deleted":
      if (!event.projectId) return;
      void client.invalidateQueries({ queryKey: queryKeys.comments(event.projectId, event.data.taskId) });
      return;
    case "presence.joined":
    case "presence.left":
      if (!event.projectId) return;
      return applyPresence(client, event.projectId, event.data.userId, event.type === "presence.joined");
    case "notification.read":
      return applyRead(client, event.data);
    case "export.progress":
    case "export.finished":
      return applyExport(client, event.data);
  }
}

/** Another tab or device marked notifications; numbers only grow, so an older one is late. */
function applyRead(client: QueryClient, { unread, seq, readUpTo, ids = [] }: ReadMark): void {
  client.setQueryData<InboxHead>(queryKeys.inboxHead, (head) =>
    head && head.seq > seq ? head : { unread, seq },
  );
  client.setQueryData<InfiniteData<Inbox>>(
    queryKeys.inbox,
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((item) =>
            !item.read && (item.seq <= readUpTo || ids.includes(item.id)) ? { ...item, read: true } : item,
          ),
        })),
      },
  );
}

function applyToLists(
  client: QueryClient,
  project: ProjectId,
  change: (task: Task) => Task | undefined,
): void {
  updateLists(client, project, change);
  soon(`tasks ${project}`, () => void client.invalidateQueries({ queryKey: queryKeys.tasks(project) }));
}

/** Whatever is told in a project may be a new line of its feeds, which only the server words. */
function tellFeeds(client: QueryClient, { type, projectId }: LiveEvent): void {
  if (
    !projectId ||
    type === "project.counts" ||
    type === "task.talk" ||
    /^(presence|export|notification)/.test(type)
  )
    return;
  soon(`feeds ${projectId}`, () => {
    void client.invalidateQueries({ queryKey: queryKeys.activity(projectId) });
    void client.invalidateQueries({ queryKey: ["history", projectId] });
  });
}

function applyTask(client: QueryClient, task: Task): void {
  applyToLists(client, task.projectId, (known) => (known.id === task.id ? latest(known, task) : known));
  updateBoards(client, task.projectId, (state) => withTask(state, task));
  client.setQueryData<Task>(queryKeys.task(task.projectId, task.id), (known) => known && latest(known, task));
}

/** No list is sorted or filtered by its tasks' comments: none has to be asked for again. */
function applyTalk(client: QueryClient, project: ProjectId, talk: Talk): void {
  updateLists(client, project, (task) => talked(task, talk));
  updateBoards(client, project, (state) => withTalk(state, talk));
  client.setQueryData<Task>(queryKeys.task(project, talk.id), (task) => task && talked(task, talk));
}

/** Changes a project wherever it is cached: its board and its card. */
function updateProject(client: QueryClient, id: ProjectId, change: (project: Project) => Project): void {
  updateBoards(client, id, (state) => ({ ...state, project: change(state.project) }));
  client.setQueriesData<InfiniteData<Page<Project>>>(
    { queryKey: queryKeys.projects },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((project) => (project.id === id ? change(project) : project)),
        })),
      },
  );
}

function newerProject(known: Project, told: Omit<Project, "role">): Project {
  if (told.version <= known.version) return known;
  const { counts, countsAsOf, role } = known; // counts have news of their own
  return { ...known, ...told, role, counts, countsAsOf };
}

function newerCounts(known: Project, counts: Counts, countsAsOf: string | null): Project {
  const late = known.countsAsOf !== null && countsAsOf !== null && countsAsOf < known.countsAsOf;
  return late ? known : { ...known, counts, countsAsOf };
}

function applyMember(
  client: QueryClient,
  project: ProjectId,
  member: Member,
  removed: boolean,
  me: UserId | undefined,
): void {
  updateBoards(client, project, (state) => {
    const known = state.members.find(({ userId }) => userId === member.userId);
    const others = state.members.filter((other) => other !== known);
    if (removed) return { ...state, members: others };
    if (!known) return { ...state, members: [...others, member] };
    if (known.version >= member.version) return state;
    return { ...state, members: state.members.map((other) => (other === known ? member : other)) };
  });
  if (member.userId !== me) return;
  // One's own rights changed: what may be seen and done has to be asked again.
  void client.invalidateQueries({ queryKey: queryKeys.boards(project) });
  void client.invalidateQueries({ queryKey: queryKeys.projects });
}

const isOver = ({ state }: Export): boolean => state !== "queued" && state !== "running";

function applyExport(client: QueryClient, job: Export): void {
  client.setQueryData<Page<Export>>(queryKeys.exports, (page) => {
    if (!page) return page;
    const known = page.items.find(({ id }) => id === job.id);
    if (!known) return { ...page, items: [job, ...page.items] };
    const late = known.updatedAt > job.updatedAt || (isOver(known) && !isOver(job));
    return late ? page : { ...page, items: page.items.map((item) => (item === known ? job : item)) };
  });
}
