import { Check, Download } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Button, IconButton } from "@/components/button";
import type { ExportId, Notification } from "@/lib/api-types";
import { downloadExport } from "@/lib/exports";
import { ago } from "@/lib/words";
import { AcceptInvite } from "./accept-invite";
import { told } from "./words";

interface Props {
  notification: Notification;
  retry?: ((job: ExportId) => ReactNode) | undefined;
  onRead: () => void;
  /** A link out of the inbox was followed. */
  onLeave: () => void;
}

export function InboxItem({ notification, retry, onRead, onLeave }: Props) {
  const { read, at } = notification;
  const { title, text, to, download, failed, invite } = told(notification);
  const follow = () => {
    if (!read) onRead();
    onLeave();
  };
  return (
    <li className={`flex items-start gap-3 py-3 pr-2.5 pl-4 ${read ? "" : "bg-accent-wash/45"}`}>
      <span aria-hidden className={`mt-1.5 size-2 shrink-0 rounded-full ${read ? "" : "bg-accent"}`} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className={read ? "" : "font-semibold"}>
          {!read && <span className="sr-only">Unread: </span>}
          {to === undefined ? (
            title
          ) : (
            <Link to={to} onClick={follow} className="hover:underline hover:underline-offset-4">
              {title}
            </Link>
          )}
        </p>
        {text !== undefined && text !== "" && <p className="text-sm text-ink-soft">{text}</p>}
        <p className="text-xs text-ink-faint">
          <time dateTime={at}>{ago(at)}</time>
        </p>
        {download && (
          <Button
            small
            className="mt-1.5 justify-self-start"
            onClick={() => {
              if (!read) onRead();
              void downloadExport(download);
            }}
          >
            <Download size={14} aria-hidden />
            Download
          </Button>
        )}
        {failed && retry && <div className="mt-1.5 empty:hidden">{retry(failed)}</div>}
        {invite && <AcceptInvite invite={invite} onJoined={follow} />}
      </div>
      {!read && (
        <IconButton label="Mark as read" onClick={onRead} className="size-7!">
          <Check size={15} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}
