import { useLiveStatus } from "@/lib/live/live";
import type { LiveStatus } from "@/lib/live/connection";

const words: Readonly<Record<LiveStatus, { label: string; dot: string }>> = {
  connecting: { label: "Connecting", dot: "bg-line-strong" },
  live: { label: "Live", dot: "bg-done" },
  reconnecting: { label: "Reconnecting", dot: "bg-doing animate-breathe" },
  offline: { label: "Offline", dot: "bg-danger" },
};

/** Whether changes by others arrive by themselves. In words as soon as they do not. */
export function ConnectionDot() {
  const status = useLiveStatus();
  const { label, dot } = words[status];
  const fine = status === "live" || status === "connecting";
  return (
    <span
      role="status"
      aria-label="Connection"
      title={label}
      className="mr-1 inline-flex items-center gap-1.5 px-1.5 text-xs text-ink-soft"
    >
      <span aria-hidden className={`size-2 rounded-full ${dot}`} />
      <span className={fine ? "sr-only" : ""}>{label}</span>
    </span>
  );
}
