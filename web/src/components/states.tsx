import type { ReactNode } from "react";
import { messageOf } from "@/lib/http/api-error";
import { Button } from "./button";

interface EmptyProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** A place with nothing in it yet: what belongs here and the one thing to do. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="mx-auto grid max-w-sm animate-appear justify-items-center gap-3 px-4 py-14 text-center">
      <SeedMark />
      <h2 className="text-xl font-semibold">{title}</h2>
      <p className="text-ink-soft">{children}</p>
      {action}
    </div>
  );
}

interface FailureProps {
  title: string;
  error: unknown;
  onRetry: () => void;
  /** Its region is one of several on a page: take less room. */
  small?: boolean;
}

/** A region that could not be loaded, with a way to try again. */
export function Failure({ title, error, onRetry, small = false }: FailureProps) {
  return (
    <div
      role="alert"
      className={`mx-auto grid max-w-sm justify-items-center px-4 text-center ${small ? "gap-2 py-4" : "gap-3 py-14"}`}
    >
      <h2 className={small ? "font-medium" : "text-xl font-semibold"}>{title}</h2>
      <p className="text-ink-soft">{messageOf(error)}</p>
      <Button onClick={onRetry}>Retry</Button>
    </div>
  );
}

/** Three seeds, in the colours of the three columns. */
export function SeedMark() {
  const seed = "M0-15c7 6.5 7 23.5 0 30c-7-6.5-7-23.5 0-30z";
  return (
    <svg width="72" height="56" viewBox="0 0 72 56" aria-hidden className="text-accent">
      <g fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round">
        <g transform="translate(20 32) rotate(-34)" opacity="0.45">
          <path d={seed} />
          <path d="M0-9v18" />
        </g>
        <g transform="translate(37 24) rotate(12)">
          <path d={seed} />
          <path d="M0-9v18" />
        </g>
        <g transform="translate(55 34) rotate(52)" opacity="0.65">
          <path d={seed} />
          <path d="M0-9v18" />
        </g>
      </g>
    </svg>
  );
}
