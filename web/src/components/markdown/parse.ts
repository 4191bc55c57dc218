import { Marked, type Token, type Tokens } from "marked";

/** `@[Name](userId)`, as comments carry it. */
export interface MentionToken extends Tokens.Generic {
  type: "mention";
  name: string;
}

const mention = /^@\[([^\]\n]{1,100})\]\([0-9A-Z]{26}\)/;

const parser = new Marked({
  gfm: true,
  breaks: true,
  extensions: [
    {
      name: "mention",
      level: "inline",
      start: (text) => text.indexOf("@["),
      tokenizer(text) {
        const [raw, name] = mention.exec(text) ?? [];
        return raw === undefined || name === undefined ? undefined : { type: "mention", raw, name };
      },
    },
  ],
});

/** Markdown as tokens. No HTML is made anywhere: what shows them makes React elements. */
export const parse = (text: string): Token[] => parser.lexer(text);

/** An address that may be followed from text somebody wrote; undefined for `javascript:` and its like. */
export function safeHref(href: string): string | undefined {
  try {
    const url = new URL(href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined; // relative addresses would lead into this application
  }
}
