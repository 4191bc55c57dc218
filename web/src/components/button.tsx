import type { ComponentProps, MouseEvent } from "react";
import { OFFLINE_REASON, useOnline } from "@/lib/online";

const look = {
  primary: "bg-accent text-accent-ink hover:not-disabled:bg-accent-hover shadow-1",
  plain: "bg-surface text-ink border border-line hover:not-disabled:bg-sunken shadow-1",
  quiet: "text-ink-soft hover:not-disabled:bg-sunken hover:not-disabled:text-ink",
  danger: "bg-danger text-danger-ink hover:not-disabled:brightness-95 shadow-1",
} as const;

interface Props extends ComponentProps<"button"> {
  look?: keyof typeof look;
  small?: boolean;
  /** Shows that the work it started is under way; it cannot be pressed meanwhile. */
  busy?: boolean;
  /** It saves something: while there is no network it says so and does nothing. */
  saves?: boolean;
}

/** A button that cannot be pressed now, nor its form sent by Enter. It keeps the focus and its place in the tab order. */
const inert = {
  "aria-disabled": true,
  onClick: (event: MouseEvent) => event.preventDefault(),
  // A menu opens by these.
  onPointerDown: undefined,
  onKeyDown: undefined,
};

/** What a button that saves becomes without a network. */
function useOfflineProps(saves: boolean | undefined) {
  const online = useOnline();
  return saves === true && !online && { ...inert, title: OFFLINE_REASON };
}

export function Button({
  look: kind = "plain",
  small,
  busy,
  saves,
  className = "",
  children,
  ...rest
}: Props) {
  const offline = useOfflineProps(saves);
  return (
    <button
      type="button"
      {...rest}
      {...(busy === true && inert)}
      {...offline}
      aria-busy={busy}
      className={`inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors duration-100 disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 ${
        small === true ? "min-h-7 px-2 text-sm" : "min-h-9 px-3.5"
      } ${look[kind]} ${className}`}
    >
      {children}
    </button>
  );
}

interface IconProps extends ComponentProps<"button"> {
  /** The accessible name, shown as a tooltip too. */
  label: string;
  saves?: boolean;
}

export function IconButton({ label, saves, className = "", ...rest }: IconProps) {
  const offline = useOfflineProps(saves);
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      {...offline}
      className={`relative inline-flex size-9 shrink-0 items-center justify-center rounded-md text-ink-soft transition-colors duration-100 hover:not-disabled:bg-sunken hover:not-disabled:text-ink disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 ${className}`}
    />
  );
}
