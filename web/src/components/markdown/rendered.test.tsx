import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import Rendered from "./rendered";

function shown(text: string): Element {
  render(<Rendered text={text} />);
  const prose = document.querySelector(".prose");
  if (!prose) throw new Error("nothing was rendered");
  return prose;
}

it.each([
  ["bold and italics", "**now** or *later*", "<p><strong>now</strong> or <em>later</em></p>"],
  ["a line break where one was typed", "one\ntwo", "<p>one<br>two</p>"],
  ["a list", "- salt\n- pepper", '<ul><li class="">salt</li><li class="">pepper</li></ul>'],
  ["code, as it is", "`a < b && c`", "<p><code>a &lt; b &amp;&amp; c</code></p>"],
  ["signs that HTML knows", "a < b & c", "<p>a &lt; b &amp; c</p>"],
  ["a heading below those of the page", "# Plan", "<h4>Plan</h4>"],
])("shows %s", (_name, text, html) => {
  expect(shown(text).innerHTML).toBe(html);
});

it("shows a mention as the person's name", () => {
  expect(shown("ask @[Grace Okafor](01J00000000000000000000000)!").textContent).toBe("ask @Grace Okafor!");
});

it("opens links elsewhere", () => {
  shown("[the plan](https://example.org/plan)");
  const link = screen.getByRole("link", { name: "the plan" });
  expect(link).toHaveAttribute("href", "https://example.org/plan");
  expect(link).toHaveAttribute("rel", expect.stringContaining("noopener"));
});

it.each([
  ["a script's address", "[click](javascript:alert(1))"],
  ["data", "[click](data:text/html,<script>alert(1)</script>)"],
  ["an address of ours", "[click](/auth/logout)"],
])("makes no link of %s", (_name, text) => {
  shown(text);
  expect(screen.queryByRole("link")).toBeNull();
});

it("never makes elements of HTML", () => {
  const prose = shown("<img src=x onerror=alert(1)>\n\n<script>alert(1)</script> and <b>bold</b>");
  expect(prose.querySelector("img, script, b")).toBeNull();
  expect(prose.textContent).toContain("<script>");
});

it("asks no other site for a picture", () => {
  const prose = shown("![a cat](https://example.org/cat.png)");
  expect(prose.querySelector("img")).toBeNull();
  expect(screen.getByRole("link", { name: "a cat" })).toBeVisible();
});
