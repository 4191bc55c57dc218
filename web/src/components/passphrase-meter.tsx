/** The server's floor (CUMIN_PASSWORD_MIN). Length is the only rule; no mix of characters is asked for. */
export const PASSPHRASE_MIN = 15;
const LONG = 24;

/** How far a passphrase is, in characters as a person counts them. */
export function PassphraseMeter({ value }: { value: string }) {
  const length = [...value].length;
  const missing = PASSPHRASE_MIN - length;
  const tone = missing > 0 ? "bg-doing" : "bg-done";
  return (
    <div className="grid gap-1.5">
      <div aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
        <div
          className={`h-full rounded-full transition-[width] duration-150 ${tone}`}
          style={{ width: `${Math.min(100, (length / LONG) * 100)}%` }}
        />
      </div>
      <p>
        {length === 0 &&
          "A few words that only you would put together. 15 characters or more; spaces are fine."}
        {length > 0 && missing > 0 && `${missing} more ${missing === 1 ? "character" : "characters"}.`}
        {missing <= 0 && (length < LONG ? "Long enough. Longer is better still." : "A strong length.")}
      </p>
    </div>
  );
}
