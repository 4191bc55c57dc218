/** What every keyboard has: letters and digits, in one case, with single blanks. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();

/** Whether a person typed this name, be it without its symbols; a name of symbols alone wants to be given as it is. */
export function isNameOf(typed: string, name: string): boolean {
  const wanted = plain(name);
  return wanted === "" ? typed.trim() === name.trim() : plain(typed) === wanted;
}
