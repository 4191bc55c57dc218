import type { Token, Tokens } from "marked";
import type { ReactNode } from "react";
import { parse, safeHref, type MentionToken } from "./parse";

/** Markdown that people wrote, as React elements: HTML in it is text, pictures are links. */
export default function Rendered({ text }: { text: string }) {
  return <div className="prose">{blocks(parse(text))}</div>;
}

const blocks = (tokens: Token[]): ReactNode[] =>
  tokens.map((token, index) => <Block key={index} token={token} />);

function Block({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      // Below the headings of the page around it, whatever its author chose.
      return <h4>{inline((token as Tokens.Heading).tokens)}</h4>;
    case "paragraph":
      return <p>{inline((token as Tokens.Paragraph).tokens)}</p>;
    case "code":
      return (
        // The keyboard must reach what can be scrolled.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{blocks((token as Tokens.Blockquote).tokens)}</blockquote>;
    case "hr":
      return <hr />;
    case "list":
      return <List list={token as Tokens.List} />;
    case "table":
      return <Table table={token as Tokens.Table} />;
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inline(tokens) : text;
    }
    default:
      return <p>{token.raw}</p>;
  }
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index} className={item.task ? "list-none" : ""}>
      {item.task && (
        <input
          type="checkbox"
          checked={item.checked === true}
          readOnly
          disabled
          aria-label={item.checked === true ? "Done" : "Open"}
          className="mr-2 -ml-5 accent-accent"
        />
      )}
      {blocks(item.tokens.filter(({ type }) => type !== "checkbox"))}
    </li>
  ));
  return list.ordered ? <ol start={list.start === "" ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { table: Tokens.Table }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="overflow-x-auto" role="group" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index}>{inline(cell.tokens)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{inline(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const inline = (tokens: Token[]): ReactNode[] =>
  tokens.map((token, index) => <Inline key={index} token={token} />);

function Inline({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "strong":
      return <strong>{inline((token as Tokens.Strong).tokens)}</strong>;
    case "em":
      return <em>{inline((token as Tokens.Em).tokens)}</em>;
    case "del":
      return <del>{inline((token as Tokens.Del).tokens)}</del>;
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "mention":
      return <span className="mention">@{(token as MentionToken).name}</span>;
    case "link": {
      const { href, tokens } = token as Tokens.Link;
      return <Outward href={href}>{inline(tokens)}</Outward>;
    }
    case "image": {
      const { href, text } = token as Tokens.Image;
      return <Outward href={href}>{text === "" ? href : text}</Outward>;
    }
    case "escape":
      return (token as Tokens.Escape).text;
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inline(tokens) : unescaped(text);
    }
    default:
      return token.raw;
  }
}

function Outward({ href, children }: { href: string; children: ReactNode }) {
  const to = safeHref(href);
  if (to === undefined) return children;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children}
    </a>
  );
}

/** The lexer escapes text for HTML in places; React escapes once more. */
function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
