/** The frame of a page whose code or session is still on the way. */
export function PageSkeleton() {
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="h-13 border-b border-line bg-surface" />
      <ContentSkeleton />
    </div>
  );
}

/** The same below a header that is there. */
export function ContentSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading"
      aria-busy="true"
      className="mx-auto grid w-full max-w-6xl gap-4 p-4 sm:p-8"
    >
      <div className="skeleton h-9 w-48" />
      <div className="skeleton h-40 w-full" />
    </div>
  );
}
