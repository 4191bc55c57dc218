import { useQuery } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/button";
import { Panel } from "@/components/popover";
import { Empty, Failure } from "@/components/states";
import { useLiveStatus } from "@/lib/live/live";
import { ExportItem } from "./export-item";
import { exportsQuery, isLive } from "./exports-api";

const POLL_MS = 3_000;

/** Exports and their progress, from anywhere. */
export function ExportsButton() {
  const [open, setOpen] = useState(false);
  const connected = useLiveStatus() === "live";
  const { data, error, isPending, refetch } = useQuery({
    ...exportsQuery,
    // Progress is pushed; without the connection it is asked for.
    refetchInterval: ({ state }) => (!connected && state.data?.items.some(isLive) === true ? POLL_MS : false),
  });
  const jobs = data?.items ?? [];
  const running = jobs.filter(isLive).length;

  return (
    <Panel
      title="Exports"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton label={running === 0 ? "Exports" : `Exports, ${running} running`}>
          <FileDown size={18} aria-hidden />
          {running > 0 && (
            <span
              aria-hidden
              className="absolute top-1 right-1 size-2.5 animate-breathe rounded-full bg-doing ring-2 ring-surface"
            />
          )}
        </IconButton>
      }
    >
      {isPending && (
        <div role="status" aria-label="Loading your exports" className="p-4">
          <div className="skeleton h-12" />
        </div>
      )}
      {!data && error && (
        <Failure title="Your exports did not load" error={error} onRetry={() => void refetch()} />
      )}
      {data && jobs.length === 0 && (
        <Empty title="No exports yet">Open a board and press Export to get its tasks as a file.</Empty>
      )}
      {jobs.length > 0 && (
        <ul aria-label="Exports" className="divide-y divide-line">
          {jobs.map((job) => (
            <ExportItem key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
