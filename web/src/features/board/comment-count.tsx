import { MessageSquare } from "lucide-react";
import * as words from "@/lib/words";

/** How many comments a task has; nothing for none. */
export function CommentCount({ comments }: { comments: number }) {
  if (!(comments > 0)) return null;
  return (
    <span title={words.comments(comments)} className="flex items-center gap-1 text-xs text-ink-soft">
      <MessageSquare size={14} aria-hidden />
      <span aria-hidden className="tabular-nums">
        {comments}
      </span>
      <span className="sr-only">{words.comments(comments)}</span>
    </span>
  );
}
