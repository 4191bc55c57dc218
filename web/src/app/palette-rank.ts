/** How well what is typed into the palette names one of its items. */

/** What other words count for that lead to an item: a little less than its own. */
const OTHER = 0.9;

/**
 * From 0, not at all, to 1: each word that is typed must stand in the item's name
 * or among its other words, and counts more where a word begins, most as a whole
 * word. Letters strewn over the words do not count: somebody who looks for a task
 * must not undo a move.
 */
export function rank(name: string, others: string, typed: string): number {
  const [own, other] = [name.toLowerCase(), others.toLowerCase()];
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return Math.min(
    1,
    ...words.map((word) => Math.max(rankOfWord(own, word), OTHER * rankOfWord(other, word))),
  );
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
