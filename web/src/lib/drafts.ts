/**
 * Text that is not saved yet, in sessionStorage: it outlives a closed dialog, a
 * reload and the end of a session, and goes with the tab. Kept per person, so
 * that nobody else who signs in here reads it.
 */
import type { UserId } from "./api-types";

const PREFIX = "cumin-draft";

export class Draft<Value> {
  readonly #key: string;

  /** `is` guards against what another release of this client has stored. */
  constructor(
    user: UserId,
    what: string,
    private readonly is: (value: unknown) => value is Value,
  ) {
    this.#key = `${PREFIX} ${user} ${what}`;
  }

  read(): Value | undefined {
    try {
      const value: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? "null");
      return this.is(value) ? value : undefined;
    } catch {
      return undefined; // no storage, or not ours: there is no draft
    }
  }

  keep(value: Value): void {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // Switched off or full: the draft lives as long as its form.
    }
  }

  clear(): void {
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Where nothing is kept there is nothing to clear.
    }
  }
}

/** Whether an object has these members, all of the type named. */
export function hasShape(value: unknown, shape: Readonly<Record<string, "string" | "number">>): boolean {
  if (typeof value !== "object" || value === null) return false;
  const members = value as Record<string, unknown>;
  return Object.entries(shape).every(([name, type]) => typeof members[name] === type);
}
