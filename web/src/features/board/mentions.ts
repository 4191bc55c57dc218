/** People in the text of a comment: "@Name" while it is written, `@[Name](userId)` when it is sent. */
import type { Member } from "@/lib/api-types";

/** Longest first, so that "Ann Lee" is not taken for "Ann". */
const byLength = (members: readonly Member[]) => [...members].sort((a, b) => b.name.length - a.name.length);

export function toMarkup(text: string, members: readonly Member[]): string {
  const people = byLength(members);
  let out = "";
  for (let at = 0; at < text.length;) {
    const person =
      text[at] === "@" && !/\w/.test(text[at - 1] ?? "")
        ? people.find(({ name }) => startsWithName(text.slice(at + 1), name))
        : undefined;
    if (person) {
      out += `@[${person.name}](${person.userId})`;
      at += 1 + person.name.length;
    } else {
      out += text[at] ?? "";
      at++;
    }
  }
  return out;
}

const startsWithName = (text: string, name: string): boolean =>
  text.startsWith(name) && !/^\w/.test(text.slice(name.length));

export const toText = (body: string): string => body.replace(/@\[([^\]\n]{1,100})\]\([0-9A-Z]{26}\)/g, "@$1");

export interface Asked {
  /** Where the @ stands. */
  start: number;
  /** What follows it up to the caret. */
  typed: string;
}

/** Whether somebody is being named at the caret. */
export function askedAt(text: string, caret: number): Asked | undefined {
  const start = text.lastIndexOf("@", caret - 1);
  if (start < 0 || /\w/.test(text[start - 1] ?? "")) return undefined;
  const typed = text.slice(start + 1, caret);
  return /^[\p{L}\p{M}'.\- ]{0,40}$/u.test(typed) && !/^\s|\s{2}/.test(typed) ? { start, typed } : undefined;
}

const SHOWN = 6;

/** Members of whose name any word starts with what was typed. */
export function candidates(members: readonly Member[], typed: string): Member[] {
  const wanted = typed.toLocaleLowerCase();
  return members
    .filter(({ name }) => {
      const lower = name.toLocaleLowerCase();
      return (
        lower !== wanted &&
        (lower.startsWith(wanted) || lower.split(/\s+/).some((word) => word.startsWith(wanted)))
      );
    })
    .slice(0, SHOWN);
}
