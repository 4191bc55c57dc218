import { Ban, CloudOff, WifiOff, Wrench } from "lucide-react";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useOnline } from "@/lib/online";
import { Button } from "./button";
import { MessagePage } from "./message-page";

interface Props {
  /** Why there is no page. */
  error: unknown;
  /** The titles of what depends on the page: that it does not exist, and that the server failed at it. */
  titles: { missing: string; failed: string };
  onRetry: () => void;
}

/** A whole page that could not be loaded: four different pages, for what a person can do about it differs. */
export function FailurePage({ error, titles, onRetry }: Props) {
  const online = useOnline();
  const status = isApiError(error) ? error.status : 500;
  const reference = isApiError(error) ? error.problem?.requestId : undefined;
  const retry = (
    <Button look="primary" onClick={onRetry}>
      Retry
    </Button>
  );

  if (isApiError(error, "not_found", "malformed")) {
    return (
      <MessagePage alert title={titles.missing}>
        <p className="text-ink-soft">{messageOf(error)}</p>
      </MessagePage>
    );
  }
  if (status === 403) {
    return (
      <MessagePage alert picture={<Ban {...picture} />} title="This is not open to you">
        <p className="text-ink-soft">{messageOf(error)} An owner of the project can change your role.</p>
      </MessagePage>
    );
  }
  if (status === 0) {
    const Picture = online ? CloudOff : WifiOff;
    return (
      <MessagePage
        alert
        picture={<Picture {...picture} />}
        title={online ? "Cumin does not answer" : "You are offline, and this was not opened before"}
      >
        <p className="text-ink-soft">
          {online ? messageOf(error) : "It loads by itself as soon as you are back."}
        </p>
        {retry}
      </MessagePage>
    );
  }
  return (
    <MessagePage alert picture={<Wrench {...picture} />} title={titles.failed}>
      <p className="text-ink-soft">{messageOf(error)}</p>
      {reference !== undefined && (
        <p className="text-xs text-ink-faint">
          If it stays so, tell us: <code className="select-all">{reference}</code>
        </p>
      )}
      {retry}
    </MessagePage>
  );
}

const picture = { size: 40, strokeWidth: 1.5, className: "text-accent", "aria-hidden": true } as const;
