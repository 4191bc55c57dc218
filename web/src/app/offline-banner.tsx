import { useSyncExternalStore } from "react";

function subscribe(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

/** Says that nothing can be saved. Writes fail at once meanwhile; none is queued behind anyone's back. */
export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!online && (
        <p className="bg-ink px-4 py-1.5 text-center text-sm text-canvas">
          You are offline. You can look around; changes are not saved until you are back.
        </p>
      )}
    </div>
  );
}
