import type { ReactNode } from "react";
import { Button } from "@/components/button";
import type { NewTask } from "@/lib/api-types";

interface Props {
  /** What the person had typed into it and not saved. */
  unsaved: NewTask | undefined;
  /** A comment that was not sent. */
  comment: string | undefined;
  onRecreate: (task: NewTask) => void;
  onClose: () => void;
}

/** In place of a task that was deleted, perhaps while it was being edited: what was typed is not lost with it. */
export function TaskGone({ unsaved, comment, onRecreate, onClose }: Props) {
  return (
    <div role="alert" className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-8 text-center">
      <h3 className="text-xl font-semibold">This task is gone</h3>
      <p className="text-ink-soft">Somebody deleted it, or the link to it is not right.</p>
      {unsaved && (
        <Left name="Not saved" title="What you had written is not saved:">
          <p dir="auto" className="font-medium wrap-anywhere">
            {unsaved.title}
          </p>
          <p dir="auto" className="line-clamp-6 wrap-anywhere whitespace-pre-wrap">
            {unsaved.description}
          </p>
        </Left>
      )}
      {comment !== undefined && (
        <Left name="Not sent" title="Your comment is not sent:">
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            {comment}
          </p>
        </Left>
      )}
      <div className="mt-1 flex gap-2">
        <Button onClick={onClose}>{(unsaved ?? comment) ? "Let it go" : "Close"}</Button>
        {unsaved && (
          <Button look="primary" onClick={() => onRecreate(unsaved)}>
            Make it a new task
          </Button>
        )}
      </div>
    </div>
  );
}

function Left({ name, title, children }: { name: string; title: string; children: ReactNode }) {
  return (
    <section aria-label={name} className="grid w-full gap-1 rounded-md bg-accent-wash px-3 py-2 text-start">
      <p className="text-sm text-ink-soft">{title}</p>
      {children}
    </section>
  );
}
