import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";

interface Props extends ComponentProps<"select"> {
  small?: boolean;
}

/** The platform's own select: right on every phone, and nothing to load. */
export function Select({ className = "", small = false, ...rest }: Props) {
  return (
    <span className={`relative block ${className}`}>
      <select
        {...rest}
        className={`input appearance-none pr-8 ${small ? "min-h-8! border-line! py-0.5! text-sm" : ""}`}
      />
      <ChevronDown
        size={16}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-ink-soft"
      />
    </span>
  );
}
