/**
 * What can wait for the frame that shows what somebody has just done. On a slow
 * machine each millisecond before that frame is seen.
 */

/** A page that nobody looks at is not painted; what waits is done all the same. */
const UNPAINTED_MS = 250;

const waiting = new Set<() => void>();
let frame: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function run(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  clearTimeout(timer);
  frame = timer = undefined;
  for (const work of waiting) {
    waiting.delete(work);
    try {
      work();
    } catch (error) {
      reportError(error); // the others have nothing to do with it
    }
  }
}

/** Runs `work` in a task of its own after the next frame, in the order asked. Returns the way to call it off. */
export function afterPaint(work: () => void): () => void {
  const once = () => work(); // the same function twice is two pieces of work
  waiting.add(once);
  timer ??= setTimeout(run, UNPAINTED_MS);
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    clearTimeout(timer);
    timer = setTimeout(run);
  });
  return () => void waiting.delete(once);
}
