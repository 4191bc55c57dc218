import { isApiError } from "@/lib/http/api-error";
import { Field } from "./field";
import { PasswordInput } from "./password-input";

/** The server's floor (CUMIN_PASSWORD_MIN). Length is the only rule; no mix of characters is asked for. */
const MIN = 15;
const LONG = 24;

interface Props {
  /** Without one, another passphrase is there already, which this one replaces. */
  label?: string;
  value: string;
  onChange: (typed: string) => void;
  /** Of the request that sends it: what the server says of the passphrase is said here. */
  error: unknown;
  autoFocus?: boolean;
}

/** The field in which a passphrase is chosen, wherever that is. */
export function NewPassphrase({ label = "New passphrase", value, onChange, error, autoFocus }: Props) {
  return (
    <Field
      label={label}
      hint={<Meter value={value} />}
      error={isApiError(error) ? error.fieldMessage("/password") : undefined}
    >
      {(control) => (
        <PasswordInput
          {...control}
          required
          minLength={MIN}
          autoComplete="new-password"
          // eslint-disable-next-line jsx-a11y/no-autofocus -- only where a page starts with it
          autoFocus={autoFocus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** How far a passphrase is, in characters as a person counts them. */
function Meter({ value }: { value: string }) {
  const length = [...value].length;
  const missing = MIN - length;
  const tone = missing > 0 ? "bg-doing" : "bg-done";
  return (
    <div className="grid gap-1.5">
      <div aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
        <div
          className={`h-full rounded-full transition-[width] duration-150 ${tone}`}
          style={{ width: `${Math.min(100, (length / LONG) * 100)}%` }}
        />
      </div>
      <p>
        {length === 0 &&
          `A few words that only you would put together. ${MIN} characters or more; spaces are fine.`}
        {length > 0 && missing > 0 && `${missing} more ${missing === 1 ? "character" : "characters"}.`}
        {missing <= 0 && (length < LONG ? "Long enough. Longer is better still." : "A strong length.")}
      </p>
    </div>
  );
}
