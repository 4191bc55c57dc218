import * as words from "@/lib/words";
import { CardIcon } from "./card-icon";

const bubble = "M22 17a2 2 0 0 1-2 2H7l-5 3V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2z";

/** How many comments a task has; nothing for none. */
export function CommentCount({ comments }: { comments: number }) {
  if (!(comments > 0)) return null;
  return (
    <span title={words.comments(comments)} className="flex items-center gap-1 text-xs text-ink-soft">
      <CardIcon size={14} d={bubble} />
      <span aria-hidden className="tabular-nums">
        {comments}
      </span>
      <span className="sr-only">{words.comments(comments)}</span>
    </span>
  );
}
