/** What the inbox shows of exports beside their notifications; `app` puts it there. */
import type { ExportId } from "@/lib/api-types";
import { Again, ExportItem } from "./export-item";
import { isLive, useExports } from "./exports-api";

/** Exports under way with their progress, above the news; nothing while there are none. */
export function useRunningExports() {
  const running = useExports().data?.items.filter(isLive) ?? [];
  if (running.length === 0) return undefined;
  return (
    <ul aria-label="Exports under way" className="divide-y divide-line border-b border-line">
      {running.map((job) => (
        <ExportItem key={job.id} job={job} />
      ))}
    </ul>
  );
}

/** Another try at an export that failed, as long as it is known. */
export function RetryExport({ id }: { id: ExportId }) {
  const job = useExports().data?.items.find((one) => one.id === id);
  return job?.state === "failed" ? <Again job={job} /> : null;
}
