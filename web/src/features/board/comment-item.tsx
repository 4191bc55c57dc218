import { useState } from "react";
import { Avatar } from "@/components/avatar";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { FormError } from "@/components/field";
import { Markdown } from "@/components/markdown/markdown";
import type { Comment, Member, Project } from "@/lib/api-types";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useUser } from "@/lib/session/use-session";
import { ago } from "@/lib/words";
import { useDeleteComment, useEditComment } from "./comments-api";
import { MentionInput } from "./mention-input";
import { toMarkup, toText } from "./mentions";
import { personName } from "./person-name";
import { commentEditDraft } from "./task-draft";

interface Props {
  project: Project;
  comment: Comment;
  members: readonly Member[];
  canEdit: boolean;
}

export function CommentItem({ project, comment, members, canEdit }: Props) {
  const me = useUser().id;
  // What was begun and left goes on, without taking the focus.
  const [editing, setEditing] = useState<"begun" | "resumed" | undefined>(() =>
    commentEditDraft(me, comment.id).read() === undefined ? undefined : "resumed",
  );
  const own = comment.author === me;
  const name = personName(members, comment.author);
  return (
    <li className="flex gap-3">
      <Avatar id={comment.author} name={name} size="md" />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
          <span className="font-medium">{name}</span>
          <time dateTime={comment.createdAt} className="text-ink-faint">
            {ago(comment.createdAt)}
            {comment.edited && " · edited"}
          </time>
        </p>
        {editing && canEdit ? (
          <EditComment
            project={project}
            comment={comment}
            members={members}
            focused={editing === "begun"}
            onDone={() => setEditing(undefined)}
          />
        ) : (
          <Markdown text={comment.body} />
        )}
        {canEdit && !editing && (own || project.role === "owner") && (
          <div className="-ml-2 flex">
            {own && (
              <Button small look="quiet" onClick={() => setEditing("begun")}>
                Edit
              </Button>
            )}
            <DeleteComment project={project} comment={comment} />
          </div>
        )}
      </div>
    </li>
  );
}

interface EditProps extends Omit<Props, "canEdit"> {
  focused: boolean;
  onDone: () => void;
}

function EditComment({ project, comment, members, focused, onDone }: EditProps) {
  const me = useUser().id;
  const [draft] = useState(() => commentEditDraft(me, comment.id));
  const [text, setText] = useState(() => draft.read() ?? toText(comment.body));
  const edit = useEditComment(project.id, comment);

  const change = (next: string) => {
    setText(next);
    if (next === toText(comment.body)) draft.clear();
    else draft.keep(next);
  };
  const done = () => {
    draft.clear();
    onDone();
  };
  const submit = () => {
    if (text.trim() === "" || edit.isPending) return;
    edit.mutate(toMarkup(text.trim(), members), { onSuccess: done });
  };
  return (
    <div className="grid gap-2">
      <FormError>{edit.error && staleOr(edit.error)}</FormError>
      <MentionInput
        label="Edit the comment"
        focused={focused}
        value={text}
        onChange={change}
        onSubmit={submit}
        members={members}
      />
      <div className="flex justify-end gap-2">
        <Button small onClick={done}>
          Cancel
        </Button>
        <Button saves small look="primary" busy={edit.isPending} onClick={submit}>
          Save
        </Button>
      </div>
    </div>
  );
}

function DeleteComment({ project, comment }: Pick<Props, "project" | "comment">) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteComment(project.id, comment);
  return (
    <>
      <Button small look="quiet" onClick={() => setAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        title="Delete this comment?"
        confirmLabel="Delete comment"
        open={asking}
        busy={remove.isPending}
        error={remove.error ? staleOr(remove.error) : undefined}
        onConfirm={() => remove.mutate()}
        onCancel={() => setAsking(false)}
      >
        It goes for everyone, and cannot be brought back.
      </ConfirmDialog>
    </>
  );
}

const staleOr = (error: unknown): string =>
  isApiError(error, "version_mismatch")
    ? "It was changed in another tab or device a moment ago. Close this and look again."
    : messageOf(error);
