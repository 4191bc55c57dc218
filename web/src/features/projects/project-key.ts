/** What the names of a project's tasks begin with; the rule is the server's, `cumin.KeyOf`. */

const MAX = 5;
/** Of a key that is a word's first letters. */
const OF_ONE_WORD = 3;
/** That of a name which gives none. */
const DEFAULT = "CUM";

/** Letters that are no plain one with a mark. */
const joined: Readonly<Record<string, string>> = {
  Æ: "AE",
  Ð: "D",
  Đ: "D",
  Ħ: "H",
  Ł: "L",
  Ø: "O",
  Œ: "OE",
  ẞ: "SS",
  Þ: "TH",
  Ŧ: "T",
};

/** The key for a project of this name: its words' initials, or the first letters of its only word. */
export function proposedKey(name: string): string {
  if (name.trim() === "") return "";
  const words = name
    .toUpperCase()
    .normalize("NFD")
    .replace(/[ÆÐĐĦŁØŒẞÞŦ]/g, (letter) => joined[letter] ?? "")
    .replace(/(?![A-Z])[\p{L}\p{M}'’]/gu, "") // parts of a word that have no likeness in A–Z
    .split(/[^A-Z\d]+/)
    .map((word) => word.replace(/^\d+/, "")) // numbers are no words
    .filter((word) => word !== "");
  const key =
    words.length === 1
      ? words.join("").slice(0, OF_ONE_WORD)
      : words
          .slice(0, MAX)
          .map((word) => word.charAt(0))
          .join("");
  return key.length < 2 ? DEFAULT : key;
}

/** What can be a key, or begin one, of what was typed. */
export const typedKey = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z\d]/g, "")
    .replace(/^\d+/, "")
    .slice(0, MAX);
