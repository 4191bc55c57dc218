import { keyCaps } from "@/lib/shortcuts";

/** A shortcut, as keys. */
export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span className="inline-flex shrink-0 gap-1">
      {keyCaps(keys).map((cap) => (
        <kbd
          key={cap}
          className="min-w-5 rounded-sm border border-line bg-sunken px-1 text-center font-sans text-2xs leading-4.5 text-ink-soft"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
