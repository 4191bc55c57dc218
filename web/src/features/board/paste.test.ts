import { expect, it } from "vitest";
import { pastedIntoTitle } from "./paste";

const empty = { title: "", description: "" };
const start = { from: 0, to: 0 };

it.each([
  ["one line", "Sow the basil"],
  ["one line and its end", "Sow the basil\n"],
  ["nothing", ""],
])("%s is left to the browser", (_, text) => {
  expect(pastedIntoTitle(empty, text, start)).toBeUndefined();
});

it("of a list the first line is the title, the others are kept in the description", () => {
  expect(pastedIntoTitle(empty, "Sow\r\n- basil\r\n\r\n- dill\r\n", start)).toEqual({
    title: "Sow",
    description: "- basil\n- dill",
  });
});

it("replaces only what is selected, and keeps the description that there is", () => {
  const task = { title: "Sow this today", description: "Before noon." };
  expect(pastedIntoTitle(task, "basil\ndill", { from: 4, to: 8 })).toEqual({
    title: "Sow basil today",
    description: "Before noon.\n\ndill",
  });
});
