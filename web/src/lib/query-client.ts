import { notifyManager, QueryClient } from "@tanstack/react-query";
import { session } from "./api";
import { isApiError } from "./http/api-error";
import type { SessionState } from "./session/session-manager";

// A dropped card is painted in the frame of its drop, not a timer later.
notifyManager.setScheduler(queueMicrotask);

/** Server state lives here and nowhere else; the live connection writes into the same cache. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What the server refused stays refused; what never arrived may arrive next time.
      retry: (failures, error) =>
        failures < 2 && isApiError(error) && error.transient && (error.status !== 0 || navigator.onLine),
      // Offline, a page that was not seen before says so; the default would show its skeleton for ever.
      networkMode: "always",
      refetchOnReconnect: true,
    },
    mutations: {
      // Offline, a write fails at once and says so; the default would queue it in silence.
      networkMode: "always",
    },
  },
});

const userOf = (state: SessionState): string | undefined =>
  state.phase === "signed-in" || state.phase === "ended" ? state.user.id : undefined;

/** One person's data must not outlive their session in this tab. */
export function forgetOnChangeOfUser(): void {
  let last = userOf(session.state);
  session.subscribe(() => {
    const user = userOf(session.state);
    if (last !== undefined && user !== last) queryClient.clear();
    last = user;
  });
}
