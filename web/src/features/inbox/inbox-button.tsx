import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, CheckCheck } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { Button, IconButton } from "@/components/button";
import { Panel } from "@/components/popover";
import { Empty, Failure } from "@/components/states";
import type { ExportId } from "@/lib/api-types";
import { useCommand } from "@/lib/commands";
import { followOtherTabs, inboxHeadQuery, inboxQuery, useMarkRead } from "./inbox-api";
import { InboxItem } from "./inbox-item";

interface InboxProps {
  /** What is not news yet, above them. */
  underWay?: ReactNode;
  /** Another try at an export that failed. */
  retry?: ((job: ExportId) => ReactNode) | undefined;
}

/** The bell with its badge, and the inbox behind it. */
export function InboxButton({ underWay, retry }: InboxProps) {
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const { data: head } = useQuery(inboxHeadQuery);
  const markRead = useMarkRead();
  const unread = head?.unread ?? 0;

  useEffect(() => followOtherTabs(client), [client]);
  useCommand({
    anywhere: true,
    label: "Open the inbox",
    also: "notifications news bell",
    run: () => setOpen(true),
  });

  return (
    <Panel
      title="Inbox"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton label={unread === 0 ? "Notifications" : `Notifications, ${unread} unread`}>
          <Bell size={18} aria-hidden />
          {unread > 0 && (
            <span
              aria-hidden
              className="absolute top-0.5 right-0 min-w-4 rounded-full bg-accent px-1 text-center text-2xs font-semibold text-accent-ink tabular-nums ring-2 ring-surface"
            >
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </IconButton>
      }
      actions={
        unread > 0 && (
          <Button look="quiet" small onClick={() => head && markRead.mutate({ upTo: head.seq })}>
            <CheckCheck size={15} aria-hidden />
            Mark all as read
          </Button>
        )
      }
    >
      <InboxList underWay={underWay} retry={retry} onLeave={() => setOpen(false)} />
    </Panel>
  );
}

function InboxList({ underWay, retry, onLeave }: InboxProps & { onLeave: () => void }) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(inboxQuery);
  const markRead = useMarkRead();
  if (isPending) {
    return (
      <div role="status" aria-label="Loading your inbox" className="grid gap-2 p-4">
        <div className="skeleton h-12" />
        <div className="skeleton h-12" />
      </div>
    );
  }
  if (!data) return <Failure title="Your inbox did not load" error={error} onRetry={() => void refetch()} />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      underWay ?? (
        <Empty
          title="All quiet"
          action={
            <Link
              to="/settings"
              onClick={onLeave}
              className="font-medium text-accent underline underline-offset-4"
            >
              Choose what you hear of
            </Link>
          }
        >
          Finished exports, tasks given to you, mentions and invitations show up here.
        </Empty>
      )
    );
  }
  return (
    <>
      {underWay}
      <ul aria-label="Notifications" className="divide-y divide-line">
        {items.map((item) => (
          <InboxItem
            key={item.id}
            notification={item}
            retry={retry}
            onRead={() => markRead.mutate({ ids: [item.id] })}
            onLeave={onLeave}
          />
        ))}
      </ul>
      {hasNextPage && (
        <div className="border-t border-line p-2 text-center">
          <Button look="quiet" small busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </>
  );
}
