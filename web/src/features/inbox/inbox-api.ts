import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { EventId, Inbox, InboxHead, Notification } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { isInboxHead } from "@/lib/live/guards";
import { queryKeys } from "@/lib/query-keys";
import { toast } from "@/lib/toast/toasts";

export const inboxHeadQuery = queryOptions({
  queryKey: queryKeys.inboxHead,
  queryFn: ({ signal }) => api.get<InboxHead>("/notifications/unread-count", { signal }),
});

export const inboxQuery = infiniteQueryOptions({
  queryKey: queryKeys.inbox,
  queryFn: ({ signal, pageParam }) =>
    api.get<Inbox>("/notifications", {
      signal,
      params: { limit: 30, ...(pageParam !== undefined && { cursor: pageParam }) },
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor,
});

type Read = { ids: EventId[] } | { upTo: number };

const covers = (read: Read, { id, seq }: Notification): boolean =>
  "ids" in read ? read.ids.includes(id) : seq <= read.upTo;

function showRead(client: QueryClient, read: Read): void {
  client.setQueryData<InfiniteData<Inbox>>(
    queryKeys.inbox,
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((item) =>
            !item.read && covers(read, item) ? { ...item, read: true } : item,
          ),
        })),
      },
  );
}

const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("cumin-inbox");

/** Marks notifications as read, here at once and in this browser's other tabs when the server has agreed. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (read: Read) => api.post<InboxHead>("/notifications/read", read),
    onMutate: (read) => showRead(client, read),
    onSuccess: (head, read) => {
      client.setQueryData<InboxHead>(queryKeys.inboxHead, head);
      tabs?.postMessage({ head, read });
    },
    onError: (error) => {
      void client.invalidateQueries({ queryKey: ["inbox"] });
      toast({ key: "inbox-read", tone: "error", title: "Not marked as read", text: messageOf(error) });
    },
  });
}

/** Follows what other tabs marked as read. Returns the way to stop. */
export function followOtherTabs(client: QueryClient): () => void {
  const hear = (event: MessageEvent<{ head?: unknown; read?: Read } | undefined>) => {
    if (!isInboxHead(event.data?.head)) return;
    client.setQueryData<InboxHead>(queryKeys.inboxHead, event.data.head);
    if (event.data.read) showRead(client, event.data.read);
  };
  tabs?.addEventListener("message", hear);
  return () => tabs?.removeEventListener("message", hear);
}
