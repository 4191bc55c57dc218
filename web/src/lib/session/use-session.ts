import { useSyncExternalStore } from "react";
import { session } from "@/lib/api";
import type { User } from "@/lib/api-types";
import type { SessionState } from "./session-manager";

export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.snapshot);

/** The person whose page this is, also while their session has ended and waits for a new sign-in. */
export function useUser(): User {
  const state = useSession();
  if (state.phase !== "signed-in" && state.phase !== "ended") throw new Error("no one is signed in");
  return state.user;
}
