import { isApiError } from "@/lib/http/api-error";

/** What to say at the field of the current passphrase. */
export const wrongPassword = (error: unknown): string | undefined =>
  isApiError(error, "wrong_password") ? "This is not your passphrase." : undefined;
