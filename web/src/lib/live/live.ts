/** The live connection of this tab, joined to session and query cache. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { api, session } from "@/lib/api";
import type { Inbox, InboxHead, LiveEvent, Notification, ProjectId, UserId } from "@/lib/api-types";
import { queryClient } from "@/lib/query-client";
import { queryKeys } from "@/lib/query-keys";
import { applyEvent } from "./apply-event";
import { LiveConnection, type LiveStatus } from "./connection";
import { hearLeft, setGone } from "./gone";
import { setPresent } from "./presence";
import { ProjectFeed } from "./project-feed";

export const live = new LiveConnection({
  session,
  load: async () => {
    const { io } = await import("socket.io-client");
    return (options) => io(options);
  },
  cursor: async () => (await api.get<InboxHead>("/notifications/unread-count")).seq,
  // Documented for tests: `?transport=polling` anywhere in the address of the page's first load.
  pollingOnly: new URLSearchParams(location.search).get("transport") === "polling",
});

function me(): UserId | undefined {
  const { state } = session;
  return state.phase === "signed-in" || state.phase === "ended" ? state.user.id : undefined;
}

const apply = (event: LiveEvent): void => applyEvent(queryClient, event, me());

/** What each kind of notification makes stale. */
function applyNotification(notification: Notification): void {
  queryClient.setQueryData<InboxHead>(queryKeys.inboxHead, (head) =>
    head && notification.seq > head.seq
      ? { seq: notification.seq, unread: head.unread + (notification.read ? 0 : 1) }
      : head,
  );
  queryClient.setQueryData<InfiniteData<Inbox>>(queryKeys.inbox, (data) => {
    const [first, ...rest] = data?.pages ?? [];
    if (!data || !first || first.items.some(({ id }) => id === notification.id)) return data;
    return { ...data, pages: [{ ...first, items: [notification, ...first.items] }, ...rest] };
  });
  const { kind, projectId, actor } = notification;
  if (kind === "project.deleted" && projectId) {
    setGone(queryClient, projectId, { how: "deleted", ...(actor && { by: actor }) });
  }
  if (kind.startsWith("export.")) void queryClient.invalidateQueries({ queryKey: queryKeys.exports });
  if (kind.startsWith("member.") || kind === "project.deleted") {
    void queryClient.invalidateQueries({ queryKey: queryKeys.projects });
    if (projectId) void queryClient.invalidateQueries({ queryKey: queryKeys.boards(projectId) });
  }
}

/** Starts the connection; once, at the first page that needs it. */
export function startLive(): void {
  live.onEvent(apply);
  live.onNotification(applyNotification);
  hearLeft(queryClient);
  let was = live.status();
  live.onStatus(() => {
    const status = live.status();
    // What was missed while away is in the inbox and in the list of exports.
    if (status === "live" && (was === "reconnecting" || was === "offline")) {
      void queryClient.invalidateQueries({ queryKey: ["inbox"] });
      void queryClient.invalidateQueries({ queryKey: queryKeys.exports });
      void queryClient.invalidateQueries({ queryKey: queryKeys.projects });
    }
    was = status;
  });
  live.start();
}

export const useLiveStatus = (): LiveStatus => useSyncExternalStore(live.onStatus, live.status);

/** Rooms to enter at once; the server allows a burst of 20 messages. */
const MAX_ROOMS = 12;

/** Keeps the cards of listed projects in step: the first dozen by events, the rest by the next fetch. */
export function useLiveProjects(projects: readonly ProjectId[]): void {
  const wanted = projects.slice(0, MAX_ROOMS).join(" ");
  useEffect(() => {
    if (wanted === "") return;
    const leaves = (wanted.split(" ") as ProjectId[]).map((project) =>
      live.join(project, {
        joined: () => undefined, // after a reconnect the list is fetched anyway
        hear: apply,
        refused: () => void queryClient.invalidateQueries({ queryKey: queryKeys.projects }),
      }),
    );
    return () => leaves.forEach((leave) => leave());
  }, [wanted]);
}

/** Keeps a project's cached board in step while the caller is mounted; `seq` is the cached board's. */
export function useLiveProject(project: ProjectId, seq: number): void {
  const client = useQueryClient();
  useEffect(() => {
    const feed = new ProjectFeed(client, project, apply);
    feeds.set(project, feed);
    const leave = live.join(project, {
      joined: (at, present) => {
        setPresent(client, project, present);
        feed.joined(at);
      },
      hear: (event) => feed.hear(event),
      refused: () => void client.invalidateQueries({ queryKey: queryKeys.boards(project) }),
    });
    return () => {
      leave();
      feed.close();
      feeds.delete(project);
    };
  }, [client, project]);

  // A fetched board can be older than the events heard before it.
  useEffect(() => feeds.get(project)?.check(0), [project, seq]);
}

const feeds = new Map<ProjectId, ProjectFeed>();
