const PAUSE_MS = 1_000;
const waiting = new Map<string, ReturnType<typeof setTimeout>>();

/** Runs `act` once within the next second, however often it is asked for under this name. */
export function soon(name: string, act: () => void): void {
  if (waiting.has(name)) return;
  waiting.set(
    name,
    setTimeout(() => {
      waiting.delete(name);
      act();
    }, PAUSE_MS),
  );
}
