import { useEffect, useState } from "react";
import { useLiveStatus } from "@/lib/live/live";
import type { LiveStatus } from "@/lib/live/connection";

type Shown = LiveStatus | "polling";

const words: Readonly<Record<Shown, { label: string; dot: string; hint?: string }>> = {
  connecting: { label: "Connecting", dot: "bg-line-strong" },
  live: { label: "Live", dot: "bg-done", hint: "Changes by others show up as they happen." },
  reconnecting: { label: "Reconnecting", dot: "bg-doing animate-breathe" },
  polling: {
    label: "Every 15 s",
    dot: "bg-doing",
    hint: "Live updates are away; the page looks for changes every 15 seconds.",
  },
  offline: { label: "Offline", dot: "bg-danger" },
};

/** After this long it is no longer a hiccup, and what helps meanwhile is worth a word. */
const HICCUP_MS = 8_000;

/** Whether changes by others arrive by themselves. In words as soon as they do not. */
export function ConnectionDot() {
  const status = useLiveStatus();
  const lasting = useLasting(status === "reconnecting");
  const { label, dot, hint } = words[lasting ? "polling" : status];
  const fine = status === "live" || status === "connecting";
  return (
    <span
      role="status"
      aria-label="Connection"
      title={hint ?? label}
      className="mr-1 inline-flex items-center gap-1.5 px-1.5 text-xs text-ink-soft"
    >
      <span aria-hidden className={`size-2 rounded-full ${dot}`} />
      <span className={fine ? "sr-only" : ""}>{label}</span>
    </span>
  );
}

/** Whether something has been so for longer than a hiccup. */
function useLasting(is: boolean): boolean {
  const [since, setSince] = useState(false);
  useEffect(() => {
    if (!is) return;
    const timer = setTimeout(() => setSince(true), HICCUP_MS);
    return () => {
      clearTimeout(timer);
      setSince(false);
    };
  }, [is]);
  return is && since;
}
