import { useId } from "react";
import { OFFLINE_REASON, useOnline } from "@/lib/online";

interface Props {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** What it changes is kept at the server. */
  saves?: boolean;
}

/** Something that is on or off, at once. */
export function Switch({ label, hint, checked, onChange, saves = false }: Props) {
  const id = useId();
  const online = useOnline();
  const blocked = saves && !online;
  return (
    <label className="flex min-h-12 cursor-pointer items-center gap-4 py-1.5">
      <span className="grid flex-1">
        <span className="font-medium">{label}</span>
        {hint !== undefined && (
          <span id={id} className="text-sm text-ink-soft">
            {hint}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-label={label}
        aria-describedby={hint === undefined ? undefined : id}
        checked={checked}
        disabled={blocked}
        title={blocked ? OFFLINE_REASON : undefined}
        onChange={(event) => onChange(event.target.checked)}
        className="switch"
      />
    </label>
  );
}
