import { Field } from "@/components/field";
import { fullDate, today } from "@/lib/words";
import { inDays, nextMonday } from "./due-dates";

interface Props {
  /** YYYY-MM-DD, null for none. */
  value: string | null;
  onChange: (value: string | null) => void;
  error: string | undefined;
}

/** A due date: the likely ones to press, the browser's own calendar for all others, and in words what is chosen. */
export function DueField({ value, onChange, error }: Props) {
  const choices = [
    { label: "Today", date: today() },
    { label: "Tomorrow", date: inDays(1) },
    { label: "Next week", date: nextMonday() },
  ];
  return (
    <div className="grid gap-1.5">
      <Field label="Due date" error={error} hint={value === null ? undefined : fullDate(value)}>
        {(control) => (
          <input
            {...control}
            type="date"
            max="9999-12-31"
            value={value ?? ""}
            onChange={(event) => onChange(event.target.value || null)}
            className="input"
          />
        )}
      </Field>
      <div role="group" aria-label="Quick dates" className="-mx-1 flex flex-wrap">
        {choices.map(({ label, date }) => (
          <button
            key={label}
            type="button"
            title={fullDate(date)}
            aria-pressed={value === date}
            onClick={() => onChange(date)}
            className="min-h-7 rounded-sm px-1 text-sm text-ink-soft underline decoration-line-strong underline-offset-3 hover:text-ink aria-pressed:font-medium aria-pressed:text-ink aria-pressed:no-underline"
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
