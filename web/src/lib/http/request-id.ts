/**
 * A fresh X-Request-Id: 32 hexadecimal characters, within the contract's
 * `[A-Za-z0-9._-]{8,64}`. Not `randomUUID`, which exists in secure contexts only.
 */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
