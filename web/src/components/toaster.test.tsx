import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dismissToast, toast, toasts } from "@/lib/toast/toasts";
import { Toaster } from "./toaster";

beforeEach(() => {
  vi.useFakeTimers();
  render(<Toaster />);
});
afterEach(() => {
  act(() => toasts.snapshot().forEach(({ key }) => dismissToast(key)));
  vi.useRealTimers();
});

const say = (title: string, tone: "info" | "error" = "info") => act(() => toast({ key: title, tone, title }));
const wait = (seconds: number) =>
  act(() => {
    vi.advanceTimersByTime(seconds * 1000);
  });
const shown = () => screen.queryAllByRole("listitem").map(({ textContent }) => textContent);

it("three are shown at most, in a region that is read out", () => {
  ["one", "two", "three", "four"].forEach((title) => say(title));
  expect(shown()).toEqual(["two", "three", "four"]);
  expect(screen.getByRole("status")).toHaveTextContent("four");
});

it.each([
  ["the pointer", fireEvent.pointerEnter, fireEvent.pointerLeave],
  ["the focus", fireEvent.focus, fireEvent.blur],
])("they wait while %s is on them", (_name, come, go) => {
  say("one");
  const region = screen.getByRole("region", { name: "Messages" });
  come(region);
  wait(60);
  expect(shown()).toEqual(["one"]);
  go(region);
  wait(7);
  expect(shown()).toEqual([]);
});

it("one with something to press stays longer", () => {
  act(() =>
    toast({ key: "undo", tone: "info", title: "gone", action: { label: "Undo", run: () => undefined } }),
  );
  wait(9);
  expect(shown()).toHaveLength(1);
  wait(2);
  expect(shown()).toEqual([]);
});

it("an error stays until it is dismissed", () => {
  say("broken", "error");
  wait(600);
  expect(shown()).toEqual(["broken"]);
  fireEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(shown()).toEqual([]);
});

it.each(["Undo", "Dismiss"])("%s gives the focus back to where it came from", (button) => {
  const field = document.body.appendChild(document.createElement("input"));
  field.focus();
  act(() => toast({ key: "undo", tone: "info", title: "gone", action: { label: "Undo", run: vi.fn() } }));
  const pressed = screen.getByRole("button", { name: button });
  act(() => pressed.focus());
  fireEvent.click(pressed);
  expect(field).toHaveFocus();
  field.remove();
});

it("where that is gone, the page's heading has the focus", () => {
  const heading = document.body.appendChild(document.createElement("h1"));
  heading.tabIndex = -1;
  say("one");
  const pressed = screen.getByRole("button", { name: "Dismiss" });
  act(() => pressed.focus());
  fireEvent.click(pressed);
  expect(heading).toHaveFocus();
  heading.remove();
});
