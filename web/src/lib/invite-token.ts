/** The token of an invitation's link, kept for this tab while its person signs in or registers first. */

const KEY = "cumin-invite";

export function keepInvite(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // The link has to be opened once more after signing in.
  }
}

export function keptInvite(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function forgetInvite(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
