import { useOnline } from "@/lib/online";

/** Says that nothing can be saved; what saves is disabled meanwhile. */
export function OfflineBanner() {
  const online = useOnline();
  return (
    <div role="status">
      {!online && (
        <p className="bg-ink px-4 py-1.5 text-center text-sm text-canvas">
          You are offline. You can look around and write; save when you are back.
        </p>
      )}
    </div>
  );
}
