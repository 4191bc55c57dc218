import { expect, it } from "vitest";
import { complaintOf, isFirstInvalid } from "./complaint";

function control(html: string, value = ""): HTMLInputElement {
  document.body.innerHTML = `<form>${html}</form>`;
  const input = theInput("input");
  input.value = value;
  return input;
}

function theInput(selector: string): HTMLInputElement {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (!input) throw new Error(`there is no ${selector}`);
  return input;
}

it.each([
  ["an empty field", `<input required>`, "", "Fill in the title."],
  ["a title of spaces", `<input required pattern=".*\\S.*">`, "   ", "Fill in the title."],
  ["half an address", `<input type="email">`, "ada@", /not a whole e-mail address/],
])("%s is complained of in our words", (_, html, value, words) => {
  expect(complaintOf(control(html, value), "Title")).toMatch(words);
});

it("what is too short says how much is there", () => {
  const input = control(`<input minlength="15" value="short">`, "short");
  // jsdom, as browsers, finds only what a person typed too short.
  Object.defineProperty(input, "validity", { value: { tooShort: true } });
  expect(complaintOf(input, "Passphrase")).toBe("Use 15 characters or more. There are 5 so far.");
});

it("only the first wrong control takes the focus", () => {
  document.body.innerHTML = `<form><input value="x" required><input id="a" required><input id="b" required></form>`;
  expect(isFirstInvalid(theInput("#a"))).toBe(true);
  expect(isFirstInvalid(theInput("#b"))).toBe(false);
});
