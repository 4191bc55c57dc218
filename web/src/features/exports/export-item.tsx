import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { Button } from "@/components/button";
import type { Export, Page, Project } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { downloadExport } from "@/lib/exports";
import { queryKeys } from "@/lib/query-keys";
import { ago, statusName, tasks } from "@/lib/words";
import { isLive, useCancelExport } from "./exports-api";

export function ExportItem({ job }: { job: Export }) {
  const cancel = useCancelExport();
  const name = useProjectName(job);
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-0.5">
          <p className="truncate font-medium">{name}</p>
          <p className="text-sm text-ink-soft">
            {job.status ? `${statusName[job.status]} · ` : ""}
            {stateInWords(job)}
          </p>
        </div>
        {isLive(job) && (
          <Button look="quiet" small busy={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
            Cancel
          </Button>
        )}
        {job.state === "succeeded" && (
          <Button small onClick={() => void downloadExport(job.id)}>
            <Download size={14} aria-hidden />
            Download
          </Button>
        )}
      </div>
      {isLive(job) && <Progress job={job} name={name} />}
    </li>
  );
}

/** From whichever list knows it; an export carries only the project's id. */
function useProjectName({ projectId }: Export): string {
  const client = useQueryClient();
  const board = client.getQueryData<BoardState>(queryKeys.board(projectId));
  if (board) return board.project.name;
  const pages = client.getQueryData<InfiniteData<Page<Project>>>(queryKeys.projects)?.pages ?? [];
  return pages.flatMap(({ items }) => items).find(({ id }) => id === projectId)?.name ?? "Project export";
}

function stateInWords(job: Export): string {
  switch (job.state) {
    case "queued":
      return "Waiting to start";
    case "running":
      return `${job.rowsDone.toLocaleString("en")} of about ${tasks(job.rowsTotal)}`;
    case "succeeded":
      return `${tasks(job.rowsDone)}, ${fileSize(job.bytes)} · ${ago(job.finishedAt ?? job.updatedAt)}`;
    case "failed":
      return `Failed. ${job.error ?? "Start it again from the board."}`;
    case "canceled":
      return `Canceled ${ago(job.finishedAt ?? job.updatedAt)}`;
    case "expired":
      return "The file is no longer kept. Start a new export.";
  }
}

function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function Progress({ job, name }: { job: Export; name: string }) {
  // The total is an estimate: the bar never claims to be full before the job says so.
  const part = job.rowsTotal > 0 ? Math.min(0.99, job.rowsDone / job.rowsTotal) : 0;
  return (
    <div
      role="progressbar"
      aria-label={`Export of ${name}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part * 100)}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${part * 100}%` }}
      />
    </div>
  );
}
