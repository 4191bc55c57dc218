import { useSyncExternalStore } from "react";

function subscribe(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

/** Whether the browser has a network. Without one nothing can be saved, and nothing is queued behind anyone's back. */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);

/** Why a button that saves something cannot be pressed now. */
export const OFFLINE_REASON = "You are offline. Nothing can be saved until you are back.";
