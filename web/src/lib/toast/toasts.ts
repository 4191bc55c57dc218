/** What is shown for a moment at the page's corner. Everything said here is also reachable elsewhere. */
export interface Toast {
  /** A second toast with the same key takes the first one's place. */
  key: string;
  /** An error stays until it is dismissed. */
  tone: "info" | "success" | "error";
  title: string;
  text?: string;
  action?: { label: string; run: () => void };
}

/** The key under which an export is told: its end takes the place of its beginning. */
export const exportKey = (id: string): string => `export ${id}`;

const AT_MOST = 3;

let shown: readonly Toast[] = [];
const listeners = new Set<() => void>();

function show(next: readonly Toast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Shows a toast; beyond three the oldest makes room. */
export function toast(next: Toast): void {
  show([...shown.filter(({ key }) => key !== next.key), next].slice(-AT_MOST));
}

/** Shows a toast unless its key is taken: news about the same thing that were faster. */
export function toastUnlessTold(next: Toast): void {
  if (!shown.some(({ key }) => key === next.key)) toast(next);
}

export function dismissToast(key: string): void {
  show(shown.filter((other) => other.key !== key));
}

export const toasts = {
  snapshot: () => shown,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
