import { useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { Download, RotateCw } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { api } from "@/lib/api";
import type { Export, Page, Project } from "@/lib/api-types";
import { anyBoard } from "@/lib/board/board-query";
import { downloadExport } from "@/lib/exports";
import { filterInWords } from "@/lib/filters";
import { messageOf } from "@/lib/http/api-error";
import { newRequestId } from "@/lib/http/request-id";
import { queryKeys } from "@/lib/query-keys";
import { toast } from "@/lib/toast/toasts";
import { isLive, useCancelExport, useStartExport } from "./exports-api";
import { stateInWords } from "./words";

export function ExportItem({ job }: { job: Export }) {
  const cancel = useCancelExport();
  const client = useQueryClient();
  const name = useProjectName(job);
  const members = anyBoard(client, job.projectId)?.members ?? [];
  const what = filterInWords(job.filter, (user) => members.find(({ userId }) => userId === user)?.name);
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-0.5">
          <p className="truncate font-medium">{name}</p>
          <p className="text-sm text-ink-soft">
            {[job.format.toUpperCase(), what, stateInWords(job)].filter(Boolean).join(" · ")}
          </p>
        </div>
        {isLive(job) && (
          <Button saves look="quiet" small busy={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
            Cancel
          </Button>
        )}
        {job.state === "succeeded" && (
          <Button saves small onClick={() => void downloadExport(job.id)}>
            <Download size={14} aria-hidden />
            Download
          </Button>
        )}
        {(job.state === "failed" || job.state === "canceled" || job.state === "expired") && (
          <Again job={job} />
        )}
      </div>
      {isLive(job) && <Progress job={job} name={name} />}
    </li>
  );
}

/** The same export once more. */
export function Again({ job }: { job: Export }) {
  const [key] = useState(newRequestId);
  const start = useStartExport(job.projectId);
  const again = () =>
    start.mutate(
      { format: job.format, filter: job.filter, key },
      {
        onError: (error) =>
          toast({
            key: `again ${job.id}`,
            tone: "error",
            title: "The export did not start",
            text: messageOf(error),
          }),
      },
    );
  return (
    <Button saves small busy={start.isPending || start.isSuccess} onClick={again}>
      <RotateCw size={14} aria-hidden />
      Retry
    </Button>
  );
}

/** From whichever list knows it, else asked for: an export carries only the project's id. */
function useProjectName({ projectId }: Export): string {
  const client = useQueryClient();
  const cached = (): Project | undefined => {
    const lists = client.getQueriesData<InfiniteData<Page<Project>>>({ queryKey: queryKeys.projects });
    const pages = lists.flatMap(([, data]) => data?.pages ?? []);
    return pages.flatMap(({ items }) => items).find(({ id }) => id === projectId);
  };
  const known = anyBoard(client, projectId)?.project ?? cached();
  const asked = useQuery({
    queryKey: queryKeys.project(projectId),
    queryFn: ({ signal }) => api.get<Project>(`/projects/${projectId}`, { signal }),
    enabled: !known,
  });
  return (known ?? asked.data)?.name ?? "Project export";
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
