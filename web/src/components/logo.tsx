/** The seed and the word. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-display text-lg font-semibold tracking-tight text-ink">
      <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="9" className="fill-accent" />
        <g
          fill="none"
          strokeWidth="2.2"
          strokeLinecap="round"
          transform="rotate(40 16 16)"
          className="stroke-accent-ink"
        >
          <path d="M16 5c5.5 5 5.5 17 0 22c-5.5-5-5.5-17 0-22z" />
          <path d="M16 9.5v13" />
        </g>
      </svg>
      Cumin
    </span>
  );
}
