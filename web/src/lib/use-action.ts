import { useState } from "react";

/**
 * One attempt at something that can fail: pending while it runs, then its
 * error. For the sign-in pages, which do without the query cache to stay small.
 */
export function useAction<Input>(action: (input: Input) => Promise<void>) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();

  async function run(input: Input): Promise<void> {
    if (pending) return;
    setPending(true);
    setError(undefined);
    try {
      await action(input);
    } catch (failure) {
      setError(failure);
    } finally {
      setPending(false);
    }
  }

  /** What was wrong is being corrected: its message would be untrue from now on. */
  const forget = () => setError(undefined);

  return { run, forget, pending, error };
}
