import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useLocation } from "react-router";
import { expect, it, vi } from "vitest";
import type { Task, TaskFilter } from "@/lib/api-types";
import { boardFrom } from "@/lib/board/board-state";
import { renderPart } from "@/test/render";
import { aProject, aTask } from "@/test/values";
import { BoardColumns } from "./board-columns";

function show({
  filter = {},
  canEdit = true,
  items = [aTask("Sow", "a")],
}: { filter?: TaskFilter; canEdit?: boolean; items?: Task[] } = {}) {
  const onCreate = vi.fn();
  const board = boardFrom(
    {
      project: aProject(),
      seq: 1,
      members: [],
      columns: [{ status: "todo", items }],
    },
    undefined,
    filter,
  );
  function Address() {
    return <output>{useLocation().search}</output>;
  }
  renderPart(
    <>
      <BoardColumns board={board} canEdit={canEdit} loading={false} onOpen={vi.fn()} onCreate={onCreate} />
      <Address />
    </>,
    { path: "/?priority=high&task=T" },
  );
  return onCreate;
}

const column = (name: string) => within(screen.getByRole("region", { name }));

it.each([
  ["In Progress", "in_progress", /Nobody is on anything yet/],
  ["Done", "done", /What you finish gathers here/],
])("an empty column %s has words of its own, and adds a task to itself", async (name, status, words) => {
  const onCreate = show();
  expect(column(name).getByText(words)).toBeVisible();
  await userEvent.click(column(name).getByRole("button", { name: "Add a task" }));
  expect(onCreate).toHaveBeenCalledExactlyOnceWith(status);
});

it("a column without a match takes the filter away, and nothing else", async () => {
  show({ filter: { priority: "high" } });
  expect(column("Done").getByText("No match here.")).toBeVisible();
  await userEvent.click(column("Done").getByRole("button", { name: "Show all tasks" }));
  expect(screen.getByRole("status")).toHaveTextContent("?task=T");
});

it("a board without a match offers to clear the filters", async () => {
  show({ filter: { priority: "high" }, items: [] });
  await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(screen.getByRole("status")).toHaveTextContent("?task=T");
});

it("who may only read is not asked to add anything", () => {
  show({ canEdit: false });
  expect(column("Done").getByText("Nothing is finished yet.")).toBeVisible();
  expect(column("Done").queryAllByRole("button")).toEqual([]);
});
