import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { FormError } from "@/components/field";
import { Failure } from "@/components/states";
import type { Member, Project, TaskId } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { newRequestId } from "@/lib/http/request-id";
import { useUser } from "@/lib/session/use-session";
import { CommentItem } from "./comment-item";
import { commentsQuery, useAddComment } from "./comments-api";
import { MentionInput } from "./mention-input";
import { toMarkup } from "./mentions";
import { commentDraft } from "./task-draft";

interface Props {
  project: Project;
  task: TaskId;
  members: readonly Member[];
  canEdit: boolean;
}

/** What people say about a task, the newest first. */
export function Comments({ project, task, members, canEdit }: Props) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(commentsQuery(project.id, task));
  const comments = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-4">
      {canEdit && <NewComment project={project} task={task} members={members} />}
      {isPending && <div role="status" aria-label="Loading the comments" className="skeleton h-16" />}
      {!data && error && (
        <Failure small title="The comments did not load" error={error} onRetry={() => void refetch()} />
      )}
      {data && comments.length === 0 && <p className="text-ink-faint">Nobody has said anything yet.</p>}
      {comments.length > 0 && (
        <ol aria-label="Comments" className="grid gap-4">
          {comments.map((comment) => (
            <CommentItem
              key={comment.id}
              project={project}
              comment={comment}
              members={members}
              canEdit={canEdit}
            />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button small look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older
        </Button>
      )}
    </div>
  );
}

function NewComment({ project, task, members }: Omit<Props, "canEdit">) {
  const me = useUser().id;
  const [draft] = useState(() => commentDraft(me, task));
  const [text, setText] = useState(() => draft.read() ?? "");
  const [key, setKey] = useState(newRequestId);
  const add = useAddComment(project.id, task);

  const change = (next: string) => {
    setText(next);
    setKey(newRequestId()); // another text is another comment
    if (next === "") draft.clear();
    else draft.keep(next);
  };
  const submit = () => {
    if (text.trim() === "" || add.isPending) return;
    add.mutate({ body: toMarkup(text.trim(), members), key }, { onSuccess: () => change("") });
  };

  return (
    <div className="grid gap-2">
      <FormError>{add.error && messageOf(add.error)}</FormError>
      <MentionInput label="Comment" value={text} onChange={change} onSubmit={submit} members={members} />
      {text.trim() !== "" && (
        <Button saves small look="primary" className="justify-self-end" busy={add.isPending} onClick={submit}>
          {add.isPending ? "Sending…" : "Comment"}
        </Button>
      )}
    </div>
  );
}
