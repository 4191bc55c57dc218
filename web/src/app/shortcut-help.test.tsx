import { screen } from "@testing-library/react";
import { Route, Routes } from "react-router";
import { expect, it, vi } from "vitest";
import { useCommand } from "@/lib/commands";
import { renderPart } from "@/test/render";
import ShortcutHelp from "./shortcut-help";

function Page() {
  useCommand({ label: "Show keyboard shortcuts", keys: "?", run: vi.fn() });
  useCommand({ label: "Undo the last move", keys: "mod+z", run: vi.fn() });
  useCommand({ label: "Create a task", keys: "c", run: vi.fn() });
  return <ShortcutHelp onClose={vi.fn()} />;
}

const shown = () => screen.getAllByRole("term").map(({ textContent }) => textContent);

it("begins with what is used most, every key as a key", () => {
  renderPart(
    <Routes>
      <Route path="/projects/:projectId" element={<Page />} />
    </Routes>,
    { path: "/projects/P" },
  );
  expect(shown()).toEqual([
    "Go from card to card",
    "Open the card",
    "Create a task",
    "Lift the card; arrows carry it, Space drops it, Esc puts it back",
    "Undo the last move",
    "Show keyboard shortcuts",
  ]);
  expect([...document.querySelectorAll("kbd")].map(({ textContent }) => textContent)).toEqual([
    ..."←↑↓→",
    "Enter",
    "C",
    "Space",
    "Ctrl Z",
    "?",
  ]);
});

it("tells nothing of cards where there are none", () => {
  renderPart(<Page />, { path: "/projects" });
  expect(shown()).toEqual(["Create a task", "Undo the last move", "Show keyboard shortcuts"]);
});
