import { expect, it } from "vitest";
import { isNameOf } from "./project-name";

it.each([
  ["as it is", "Kitchen rebuild", "Kitchen rebuild", true],
  ["in another case, with blanks around and within", " kitchen   REBUILD ", "Kitchen rebuild", true],
  ["without its emoji", "Launch party", "🚀 Launch party 🎉", true],
  ["without its signs", "Q3 plan draft", "Q3: plan (draft)", true],
  ["with an accent typed in two parts", "Caf\u0065\u0301", "Cafe\u00e9", false],
  ["with the same accent typed in two parts", "Cafe\u0301", "Caf\u00e9", true],
  ["in letters of another script", "планы", "Планы!", true],
  ["without a letter that counts", "Kitchen rebuil", "Kitchen rebuild", false],
  ["as nothing", "", "Kitchen rebuild", false],
  ["as symbols alone", "!!!", "Kitchen rebuild", false],
  ["as a name of symbols, copied", "🎉", "🎉", true],
  ["as another symbol", "🚀", "🎉", false],
  ["as nothing, of a name of symbols", "", "🎉", false],
])("typed %s", (_how, typed, name, same) => expect(isNameOf(typed, name)).toBe(same));
