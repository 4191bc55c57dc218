/** How well what is typed into the palette names one of its items. */

/**
 * From 0, not at all, to 1: each word that is typed must stand in the item's, and
 * counts more where a word begins, most as a whole word. Letters strewn over the
 * words do not count: somebody who looks for a task must not undo a move.
 */
export function rank(named: readonly string[], typed: string): number {
  const text = named.join(" ").toLowerCase();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return Math.min(1, ...words.map((word) => rankOfWord(text, word)));
}

function rankOfWord(text: string, word: string): number {
  let best = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const begins = at === 0 || !isOfWord(text.charAt(at - 1));
    const ends = !isOfWord(text.charAt(at + word.length));
    best = Math.max(best, begins ? (ends ? 1 : 0.8) : 0.5);
  }
  return best;
}

const isOfWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
