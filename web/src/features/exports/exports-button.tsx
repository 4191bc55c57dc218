import { FileDown } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Button, IconButton } from "@/components/button";
import { Panel } from "@/components/popover";
import { Empty, Failure } from "@/components/states";
import { withKeys } from "@/lib/commands";
import { ExportItem } from "./export-item";
import { isLive, useExports } from "./exports-api";

/** Exports and their progress, from anywhere. */
export function ExportsButton() {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const { data, error, isPending, refetch } = useExports();
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
        <Empty
          title="No exports yet"
          action={
            <Button
              onClick={() => {
                setOpen(false);
                // On a board its own dialog; elsewhere a board has to be chosen first.
                const toExport = withKeys("e");
                if (toExport) requestAnimationFrame(toExport.run);
                else void navigate("/projects");
              }}
            >
              {withKeys("e") ? "Export this board" : "Choose a project"}
            </Button>
          }
        >
          Export writes the tasks of a board into a file for spreadsheets or programs.
        </Empty>
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
