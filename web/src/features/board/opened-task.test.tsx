import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef } from "react";
import { BrowserRouter, useLocation, useNavigate } from "react-router";
import { expect, it } from "vitest";
import type { TaskId } from "@/lib/api-types";
import { useOpenedTask, useOpenTask } from "./opened-task";

/** A page that shows the task which is open over it, and where it stands. */
function Page() {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const open = useOpenTask();
  const { task, close } = useOpenedTask();
  const kept = useRef<() => void>(undefined);
  return (
    <>
      <output>{`${pathname}${search} ${task ?? "nothing"}`}</output>
      <button onClick={() => open("T" as TaskId)}>open</button>
      <button
        onClick={() => {
          open("T" as TaskId);
          open("T" as TaskId);
        }}
      >
        open twice
      </button>
      <button onClick={close}>close</button>
      <button
        onClick={() => {
          close();
          close();
        }}
      >
        close twice
      </button>
      <button onClick={() => (kept.current = close)}>keep closing</button>
      <button onClick={() => kept.current?.()}>close late</button>
      <button onClick={() => void navigate(-1)}>back</button>
      <button onClick={() => void navigate(1)}>forward</button>
    </>
  );
}

/** Comes from the list of projects, presses the buttons and looks at the page after each. */
async function walk(address: string, buttons: string[], shown: string[]) {
  window.history.replaceState(null, "", "/projects");
  window.history.pushState(null, "", address);
  render(
    <BrowserRouter>
      <Page />
    </BrowserRouter>,
  );
  for (const [n, name] of buttons.entries()) {
    await userEvent.click(screen.getByRole("button", { name }));
    await expect.poll(() => screen.getByRole("status").textContent).toBe(shown[n]);
  }
}

it.each<[string, string, string[], string[]]>([
  [
    "one that was opened from the page leaves nothing to go back to but what was before",
    "/p?q=basil",
    ["open", "close", "open", "close", "back"],
    [
      "/p?q=basil&task=T T",
      "/p?q=basil nothing",
      "/p?q=basil&task=T T",
      "/p?q=basil nothing",
      "/projects nothing",
    ],
  ],
  [
    "one that is opened twice is one entry to go back from",
    "/p",
    ["open twice", "open", "close", "back"],
    ["/p?task=T T", "/p?task=T T", "/p nothing", "/projects nothing"],
  ],
  ["one that is closed twice goes back once", "/p", ["open", "close twice"], ["/p?task=T T", "/p nothing"]],
  [
    "one that is closed again by a save which ends late goes back once",
    "/p",
    ["open", "keep closing", "close", "close late"],
    ["/p?task=T T", "/p?task=T T", "/p nothing", "/p nothing"],
  ],
  [
    "one that was closed opens by going forward",
    "/p",
    ["open", "close", "forward", "close"],
    ["/p?task=T T", "/p nothing", "/p?task=T T", "/p nothing"],
  ],
  [
    "one that came by its address leaves the page that it stood over",
    "/p?task=T&q=basil",
    ["close", "back"],
    ["/p?q=basil nothing", "/projects nothing"],
  ],
])("a task: %s", async (_name, address, buttons, shown) => {
  await walk(address, buttons, shown);
});
