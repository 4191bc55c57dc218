import type { ReactNode } from "react";
import type { Entry, Member } from "@/lib/api-types";
import { told } from "@/lib/entries";
import { ago } from "@/lib/words";
import { Avatar } from "./avatar";

interface Props {
  label: string;
  entries: readonly Entry[];
  members: readonly Member[];
  /** Names the task of each entry; without, all are about one. */
  projectKey?: string;
  /** Makes a link of the task that an entry names. */
  link?: (entry: Entry, task: string) => ReactNode;
}

/** What happened, line by line. */
export function EntryList({ label, entries, members, projectKey, link }: Props) {
  return (
    <ol aria-label={label} className="grid grid-cols-1 gap-3">
      {entries.map((entry) => {
        const { before, task, after } = told(entry, members, projectKey);
        return (
          <li key={entry.id} className="flex gap-2.5">
            <Avatar id={entry.actor ?? entry.id} name={entry.actorName} />
            <div className="grid min-w-0 flex-1 gap-0.5">
              <p className="leading-snug wrap-anywhere text-ink-soft">
                <span className="font-medium text-ink">{entry.actorName}</span> {before}
                {link && task !== "" ? link(entry, task) : task}
                {after}
              </p>
              {entry.excerpt !== undefined && (
                <p className="line-clamp-2 border-l-2 border-line pl-2 text-sm text-ink-soft">
                  {entry.excerpt}
                </p>
              )}
              <time dateTime={entry.at} className="text-xs text-ink-faint">
                {ago(entry.at)}
              </time>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
