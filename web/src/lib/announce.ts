let region: HTMLElement | undefined;
let clearing: ReturnType<typeof setTimeout> | undefined;

/** Long enough to be read out; after it nobody who walks through the page meets a sentence about the past. */
const KEPT_MS = 10_000;

/** Says a sentence to screen readers without showing it. */
export function announce(sentence: string): void {
  if (!region?.isConnected) {
    region = document.createElement("div");
    region.className = "sr-only";
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  // The same sentence twice in a row would not be a change, and stay unsaid.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
  clearTimeout(clearing);
  clearing = setTimeout(() => region?.replaceChildren(), KEPT_MS);
}
