/** How well what is typed into the palette names its items, and their order by that. */

export interface Named {
  /** By which it is found. */
  name: string;
  /** Other words by which it is found too. */
  others?: string | undefined;
}

export interface Group<Item extends Named> {
  heading: string;
  items: Item[];
}

/** Items of one group among the results; more would bury the rest. */
const MOST = 30;

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

/**
 * What is named, best first, the group with the best of all first; what fits as
 * well stays in the order given. With nothing typed all of it, as it is.
 */
export function bestFirst<Item extends Named>(groups: Group<Item>[], typed: string): Group<Item>[] {
  const filled = (all: Group<Item>[]) => all.filter(({ items }) => items.length > 0);
  if (typed.trim() === "") return filled(groups);
  const ranked = groups.map(({ heading, items }) => {
    const fits = items
      .map((item) => ({ item, fit: rank(item.name, item.others ?? "", typed) }))
      .filter(({ fit }) => fit > 0)
      .sort((a, b) => b.fit - a.fit);
    return { heading, best: fits[0]?.fit ?? 0, items: fits.slice(0, MOST).map(({ item }) => item) };
  });
  return filled(ranked.sort((a, b) => b.best - a.best));
}
