import { notifyManager, QueryClient } from "@tanstack/react-query";
import { session } from "./api";
import { isApiError } from "./http/api-error";

// A dropped card is painted in the frame of its drop, not a timer later.
notifyManager.setScheduler(queueMicrotask);

/** Server state lives here and nowhere else; the live connection writes into the same cache. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What the server refused stays refused; what never arrived may arrive next time.
      retry: (failures, error) => failures < 2 && isApiError(error) && error.transient,
    },
    mutations: {
      // Offline, a write fails at once and says so; the default would queue it in silence.
      networkMode: "always",
    },
  },
});

/** One person's data must not outlive their session in this tab. */
export function forgetOnChangeOfUser(): void {
  let last: string | undefined;
  session.subscribe(() => {
    const { state } = session;
    if (state.phase === "starting") return;
    const user = state.phase === "signed-out" ? undefined : state.user.id;
    if (last !== undefined && user !== last) queryClient.clear();
    last = user;
  });
}
