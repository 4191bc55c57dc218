interface Props {
  /** Pixels, of a drawing of 24 by 24. */
  size: number;
  /** The strokes of the whole drawing, as a path (SVG 2, 9.3). */
  d: string;
  strokeWidth?: number;
}

/**
 * A drawing beside words that say the same. Lucide's look in one path: theirs
 * are up to four shapes each, and a board has a few on every card.
 */
export function CardIcon({ size, d, strokeWidth = 2 }: Props) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={strokeWidth}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={d} />
    </svg>
  );
}
