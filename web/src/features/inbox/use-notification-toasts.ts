import { useEffect, useEffectEvent } from "react";
import { useLocation, useNavigate } from "react-router";
import type { Notification } from "@/lib/api-types";
import { downloadExport } from "@/lib/exports";
import { live } from "@/lib/live/live";
import { exportKey, toast, type Toast } from "@/lib/toast/toasts";
import { told } from "./words";

/** Shows each arriving notification for a moment; the inbox keeps it. */
export function useNotificationToasts(): void {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const show = useEffectEvent((notification: Notification) => {
    if (notification.read) return;
    const { title, text, tone, to, download } = told(notification);
    let action: Toast["action"];
    if (download) action = { label: "Download", run: () => void downloadExport(download) };
    else if (to !== undefined && !isShown(to, pathname))
      action = { label: "Open", run: () => void navigate(to) };
    const { kind, id, data } = notification;
    const job = data?.exportId;
    const key = kind.startsWith("export.") && typeof job === "string" ? exportKey(job) : id;
    toast({ key, tone, title, ...(text && { text }), ...(action && { action }) });
  });
  useEffect(() => live.onNotification((notification) => show(notification)), []);
}

/** Whether an address leads to the very project that is open, as board or as list. */
export const isShown = (to: string, pathname: string): boolean => pathname.replace(/\/list$/, "") === to;
