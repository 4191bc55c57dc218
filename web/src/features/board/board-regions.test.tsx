import { QueryClient } from "@tanstack/react-query";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { boardFrom } from "@/lib/board/board-state";
import { renderPart } from "@/test/render";
import { aProject, aTask } from "@/test/values";
import { BoardColumns } from "./board-columns";

const broken = vi.hoisted(() => ({ due: true }));

vi.mock("./due", () => ({
  Due: ({ date }: { date: string }) => {
    if (broken.due) throw new Error("a card that cannot be drawn");
    return date;
  },
}));

beforeEach(() => {
  broken.due = true;
  vi.spyOn(console, "error").mockImplementation(() => undefined); // React tells of what a boundary caught
});

it("a column that cannot be drawn leaves the others as they are, and Retry brings it back", async () => {
  const board = boardFrom({
    project: aProject(),
    seq: 1,
    members: [],
    columns: [
      { status: "todo", items: [aTask("Sow the basil", "a", { due: "2026-01-01" })] },
      { status: "done", items: [aTask("Buy pots", "b", { status: "done" })] },
    ],
  });
  renderPart(<BoardColumns board={board} canEdit loading={false} onOpen={vi.fn()} onCreate={vi.fn()} />, {
    client: new QueryClient(),
  });
  const column = within(screen.getByRole("region", { name: "To Do" }));
  expect(column.getByRole("alert")).toHaveTextContent("To Do could not be shown");
  expect(screen.getByRole("button", { name: "Buy pots" })).toBeVisible();

  broken.due = false;
  await userEvent.click(column.getByRole("button", { name: "Retry" }));
  expect(column.getByRole("button", { name: "Sow the basil" })).toBeVisible();
});
