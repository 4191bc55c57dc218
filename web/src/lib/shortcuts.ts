/** Turns key presses into commands. */
import { commands, withKeys } from "./commands";
import { setting } from "./settings";

const SEQUENCE_MS = 1_200;

/** Single letters can be switched off (WCAG 2.1.4): speech input and a cat on the keyboard press them too. */
export const shortcutsOn = setting("cumin-shortcuts", ["on", "off"]);

/** Where letters are text, or belong to what is open over the page. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      "input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu]",
    ) !== null
  );
}

/** Listens for shortcuts on the whole page. Returns the way to stop. */
export function listenForShortcuts(now: () => number = () => performance.now()): () => void {
  let first = "";
  let at = -Infinity;

  const hear = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (document.querySelector("[data-insistent=true]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      return fire(event, `mod+${key}`);
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (shortcutsOn.get() === "off" || isTaken(event.target)) return;
    const begun = now() - at < SEQUENCE_MS ? first : "";
    if (begun !== "" && fire(event, `${begun} ${key}`)) {
      first = "";
      return;
    }
    if (fire(event, key)) return;
    const begins = commands.snapshot().some(({ keys }) => keys?.startsWith(`${key} `));
    first = begins ? key : "";
    at = now();
  };

  const fire = (event: KeyboardEvent, keys: string): boolean => {
    const command = withKeys(keys);
    if (!command || (command.notInText && isTaken(event.target))) return false;
    event.preventDefault();
    command.run();
    return true;
  };

  addEventListener("keydown", hear);
  return () => removeEventListener("keydown", hear);
}

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys as they are printed on the keyboard in use, one entry per press. */
export const keyCaps = (keys: string): string[] =>
  keys
    .split(" ")
    .map((key) => key.replace("mod+", apple ? "⌘ " : "Ctrl ").replace(/\b\w$/, (c) => c.toUpperCase()));
