import type { Session } from "@/lib/api-types";

/** What the tabs of one browser tell each other. */
export type TabMessage = { type: "token"; session: Session } | { type: "signed-out" };

export interface Channel {
  post(message: TabMessage): void;
  listen(hear: (message: TabMessage) => void): void;
}

export const lockName = "cumin-refresh";

/** The channel "cumin-auth"; where BroadcastChannel is missing each tab stands alone. */
export function openChannel(): Channel {
  if (typeof BroadcastChannel === "undefined") return { post: () => undefined, listen: () => undefined };
  const channel = new BroadcastChannel("cumin-auth");
  return {
    post: (message) => channel.postMessage(message),
    listen: (hear) => {
      channel.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (isTabMessage(event.data)) hear(event.data);
      });
    },
  };
}

/** Guards against tabs that still run another release of this client. */
function isTabMessage(data: unknown): data is TabMessage {
  if (typeof data !== "object" || data === null || !("type" in data)) return false;
  if (data.type === "signed-out") return true;
  if (data.type !== "token" || !("session" in data)) return false;
  const session = data.session as Partial<Session> | null;
  return typeof session?.accessToken === "string" && typeof session.expiresIn === "number" && !!session.user;
}
