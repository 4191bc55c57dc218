import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useCommand } from "@/lib/commands";
import { MAX_QUERY } from "@/lib/filters";
import { useLatest } from "@/lib/use-latest";

interface Props {
  label: string;
  /** What the address asks for. */
  value: string;
  onChange: (q: string) => void;
  className?: string;
}

const TYPING_MS = 250;

/** Forgets, field by field, what has been typed and not been asked for. */
const pending = new Set<() => void>();

/** For who clears a search by other means: what was typed a moment ago would bring it back. */
export function forgetTyped(): void {
  for (const forget of pending) forget();
}

/** Keeps what is typed, and asks for it when the typing pauses. "/" leads here. */
export function SearchField({ label, value, onChange, className = "" }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string>();
  // The newest one: while the typing paused a card may have been opened, which is in the address too.
  const ask = useLatest(onChange);
  useCommand({ label, keys: "/", also: "find filter search", run: () => input.current?.focus() });

  useEffect(() => {
    if (typed === undefined) return;
    const timer = setTimeout(() => {
      ask(typed.trim());
      setTyped(undefined);
    }, TYPING_MS);
    const forget = () => setTyped(undefined);
    pending.add(forget);
    return () => {
      clearTimeout(timer);
      pending.delete(forget);
    };
  }, [typed, ask]);

  return (
    <div className={`relative ${className}`}>
      <Search
        size={15}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-2.5 my-auto text-ink-faint"
      />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder="Search"
        enterKeyHint="search"
        maxLength={MAX_QUERY}
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        className="input min-h-8! w-full border-line! py-0.5! pl-8! text-sm"
      />
    </div>
  );
}
