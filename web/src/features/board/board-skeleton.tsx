import { statuses } from "@/lib/words";

/** The board's frame while it loads. */
export function BoardSkeleton() {
  return (
    <main className="flex h-0 min-h-112 grow flex-col">
      <div role="status" aria-label="Loading the board" className="flex min-h-0 grow flex-col">
        <h1 className="sr-only">Loading the board</h1>
        <div className="px-4 py-3 sm:px-6">
          <div className="skeleton h-9 w-56" />
        </div>
        <div className="flex min-h-0 grow gap-3 overflow-hidden px-4 pb-4 sm:gap-4 sm:px-6">
          {statuses.map((status, column) => (
            <div
              key={status}
              className="flex w-[85vw] shrink-0 flex-col gap-2 rounded-xl bg-sunken p-3 sm:w-80 lg:w-auto lg:flex-1"
            >
              {Array.from({ length: 4 - column }, (_, card) => (
                <div key={card} className="skeleton h-20" />
              ))}
            </div>
          ))}
        </div>
      </div>
    </main>
  );
}
