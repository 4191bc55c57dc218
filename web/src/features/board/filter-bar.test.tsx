import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useSearchParams } from "react-router";
import { expect, it } from "vitest";
import { boardFrom } from "@/lib/board/board-state";
import { filterFrom, matches } from "@/lib/filters";
import { renderPart } from "@/test/render";
import { aProject, aTask } from "@/test/values";
import { FilterBar } from "./filter-bar";
import { NothingMatches } from "./nothing-matches";

const tasks = [aTask("a", "1", { labels: ["spice"] }), aTask("b", "2", { priority: "urgent" })];

/** As a board's page does it: what the filters let through. */
function Page() {
  const filter = filterFrom(useSearchParams()[0]);
  const items = tasks.filter((task) => matches(task, filter));
  const answer = { project: aProject(), seq: 1, members: [], columns: [{ status: "todo" as const, items }] };
  return <FilterBar board={boardFrom(answer, undefined, filter)} view="board" />;
}

const filters = () => screen.getAllByRole("combobox").map((select) => select.getAttribute("aria-label"));

it("keeps every filter, and all it offers, when one of them applies", async () => {
  renderPart(<Page />);
  const before = filters();
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Priority" }), "Urgent");
  expect(filters()).toEqual(before);
  const label = within(screen.getByRole("combobox", { name: "Label" }));
  expect(label.getByRole("option", { name: "spice" })).toBeEnabled();
});

it("shows on a board the status that was chosen in its list, and keeps the choice once it is gone", async () => {
  renderPart(<Page />, { path: "/?status=done" });
  const status = screen.getByRole("combobox", { name: "Status" });
  expect(status).toHaveValue("done");
  await userEvent.selectOptions(status, "Any status");
  expect(screen.getByRole("combobox", { name: "Status" })).toHaveValue("");
});

it("has no choice of a status on a board, whose columns tell them apart", () => {
  renderPart(<Page />);
  expect(filters()).not.toContain("Status");
});

it("clears the filters and leaves the focus among them", async () => {
  renderPart(<Page />, { path: "/?priority=urgent" });
  await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(screen.getByRole("combobox", { name: "Priority" })).toHaveValue("");
  expect(screen.getByRole("combobox", { name: "Assignee" })).toHaveFocus();
});

it.each([
  ["the bar", 0],
  ["the page that shows no task", 1],
])("clearing the filters in %s takes back what was typed a moment before", async (_where, nth) => {
  renderPart(
    <>
      <Page />
      <NothingMatches />
    </>,
    { path: "/?priority=urgent" },
  );
  const search = screen.getByRole("searchbox", { name: "Search the tasks" });
  await userEvent.type(search, "curry");
  await userEvent.click(screen.getAllByRole("button", { name: "Clear filters" })[nth] as HTMLElement);
  expect(search).toHaveValue("");
  await act(() => new Promise((paused) => setTimeout(paused, 300)));
  expect(window.location.search).toBe("");
});

it("keeps the task that was opened while the typing paused, before it is rendered", async () => {
  renderPart(<Page />);
  await userEvent.type(screen.getByRole("searchbox", { name: "Search the tasks" }), "curry");
  window.history.pushState(null, "", "/?task=T");
  await expect.poll(() => window.location.search).toBe("?task=T&q=curry");
});
