import type { Session } from "@/lib/api-types";

/** What the tabs of one browser tell each other. */
export type TabMessage = { type: "token"; session: Session } | { type: "signed-out" };

export interface Channel {
  post(message: TabMessage): void;
  listen(hear: (message: TabMessage) => void): void;
  /** Resolves when all that other tabs have posted so far has been heard here. */
  heard(): Promise<void>;
}

export const lockName = "cumin-refresh";
const channelName = "cumin-auth";

/** The channel "cumin-auth"; where BroadcastChannel is missing each tab stands alone. */
export function openChannel(): Channel {
  if (typeof BroadcastChannel === "undefined") {
    return { post: () => undefined, listen: () => undefined, heard: () => Promise.resolve() };
  }
  const channel = new BroadcastChannel(channelName);
  // A channel does not hear itself; messages arrive in one order, so what this one
  // says comes after everything that others said before.
  const echo = new BroadcastChannel(channelName);
  return {
    post: (message) => channel.postMessage(message),
    listen: (hear) => {
      channel.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (isTabMessage(event.data)) hear(event.data);
      });
    },
    heard: () =>
      new Promise((resolve) => {
        const mark = crypto.randomUUID();
        const hear = (event: MessageEvent<unknown>) => {
          if (event.data !== mark) return;
          channel.removeEventListener("message", hear);
          resolve();
        };
        channel.addEventListener("message", hear);
        echo.postMessage(mark);
      }),
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
