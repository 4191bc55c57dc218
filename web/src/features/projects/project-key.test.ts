import { expect, it } from "vitest";
import keys from "../../../../internal/cumin/testdata/project_keys.json";
import { proposedKey, typedKey } from "./project-key";

// The server is held to the same table.
it.each(Object.entries(keys).filter(([name]) => name !== ""))("%s gets the key %s", (name, key) => {
  expect(proposedKey(name)).toBe(key);
});

it("nothing is proposed before there is a name", () => {
  expect(proposedKey("  ")).toBe("");
});

it.each([
  ["ws", "WS"],
  ["w-s 2", "WS2"],
  ["4ws", "WS"],
  ["spring", "SPRIN"],
  ["ü", ""],
])("%s typed as a key is %s", (typed, key) => expect(typedKey(typed)).toBe(key));
