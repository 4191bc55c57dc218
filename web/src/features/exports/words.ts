import type { Export, ExportFormat } from "@/lib/api-types";
import { ago, tasks } from "@/lib/words";

export const formatName: Readonly<Record<ExportFormat, string>> = {
  csv: "CSV, for spreadsheets",
  jsonl: "JSON Lines, for programs",
};

export function stateInWords(job: Export): string {
  switch (job.state) {
    case "queued":
      return "Waiting to start";
    case "running":
      return `${job.rowsDone.toLocaleString("en")} of about ${tasks(job.rowsTotal)}`;
    case "succeeded":
      return `${tasks(job.rowsDone)}, ${fileSize(job.bytes)} · ${ago(job.finishedAt ?? job.updatedAt)}`;
    case "failed":
      return `Failed. ${job.error ?? "Nothing more is known."}`;
    case "canceled":
      return `Canceled ${ago(job.finishedAt ?? job.updatedAt)}`;
    case "expired":
      return "The file is no longer kept.";
  }
}

function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
