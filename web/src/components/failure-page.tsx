import { Ban, CloudOff, WifiOff, Wrench } from "lucide-react";
import { Link } from "react-router";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useOnline } from "@/lib/online";
import { Button } from "./button";
import { PageTitle } from "./page-title";
import { SeedMark } from "./states";

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
      <Page picture={<SeedMark />} title={titles.missing}>
        <p className="text-ink-soft">{messageOf(error)}</p>
      </Page>
    );
  }
  if (status === 403) {
    return (
      <Page picture={<Ban {...picture} />} title="This is not open to you">
        <p className="text-ink-soft">{messageOf(error)} An owner of the project can change your role.</p>
      </Page>
    );
  }
  if (status === 0) {
    const Picture = online ? CloudOff : WifiOff;
    return (
      <Page
        picture={<Picture {...picture} />}
        title={online ? "Cumin does not answer" : "You are offline, and this was not opened before"}
      >
        <p className="text-ink-soft">
          {online ? messageOf(error) : "It loads by itself as soon as you are back."}
        </p>
        {retry}
      </Page>
    );
  }
  return (
    <Page picture={<Wrench {...picture} />} title={titles.failed}>
      <p className="text-ink-soft">{messageOf(error)}</p>
      {reference !== undefined && (
        <p className="text-xs text-ink-faint">
          If it stays so, tell us: <code className="select-all">{reference}</code>
        </p>
      )}
      {retry}
    </Page>
  );
}

const picture = { size: 40, strokeWidth: 1.5, className: "text-accent", "aria-hidden": true } as const;

interface PageProps {
  picture: React.ReactNode;
  title: string;
  children: React.ReactNode;
}

function Page({ picture: shown, title, children }: PageProps) {
  return (
    <main className="grow">
      <div role="alert" className="mx-auto grid max-w-sm justify-items-center gap-3 px-4 py-14 text-center">
        {shown}
        <PageTitle>{title}</PageTitle>
        {children}
        <Link to="/projects" className="font-medium text-accent underline underline-offset-4">
          Go to your projects
        </Link>
      </div>
    </main>
  );
}
