import { useId, useState, type ReactElement, type ReactNode, type SyntheticEvent } from "react";
import { complaintOf, isControl, isFirstInvalid } from "@/lib/complaint";

interface Control {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

interface Props {
  label: string;
  hint?: ReactNode;
  /** What the server found wrong with it, said at the field. */
  error?: ReactNode;
  optional?: boolean;
  /** Beside the label. */
  aside?: ReactNode;
  children: (control: Control) => ReactElement;
}

/** A label, its control, and the words that belong to it, tied together for assistive technology. */
export function Field({ label, hint, error: refusal, optional, aside, children }: Props) {
  const id = useId();
  const [complaint, setComplaint] = useState<string>();
  const error = complaint ?? refusal;

  const complain = (event: SyntheticEvent) => {
    const control = event.target;
    if (!isControl(control)) return;
    event.preventDefault(); // no bubble of the browser's; the form is not sent all the same
    setComplaint(complaintOf(control, label));
    if (isFirstInvalid(control)) control.focus();
  };

  const described = [error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter(
    Boolean,
  );
  return (
    <div className="grid grid-cols-1 gap-1.5" onInvalid={complain} onInput={() => setComplaint(undefined)}>
      <div className="flex items-end justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium text-ink">
          {label}
          {optional === true && <span className="font-normal text-ink-faint"> (optional)</span>}
        </label>
        {aside}
      </div>
      {children({
        id,
        "aria-describedby": described.length > 0 ? described.join(" ") : undefined,
        "aria-invalid": error !== undefined,
      })}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-sm text-ink-faint">
          {hint}
        </div>
      )}
    </div>
  );
}

/** What went wrong with the whole form, announced when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="empty:hidden">
      {Boolean(children) && <p className="rounded-md bg-danger-wash px-3 py-2 text-danger">{children}</p>}
    </div>
  );
}
