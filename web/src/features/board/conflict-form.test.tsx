import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { NewTask, UserId } from "@/lib/api-types";
import { fullDate } from "@/lib/words";
import { aTask } from "@/test/values";
import { ConflictForm } from "./conflict-form";

it("says beside the field what is not chosen yet, and goes on once it is", async () => {
  const onResolve = vi.fn<(mine: Partial<NewTask>) => void>();
  render(
    <ConflictForm
      conflict={{
        theirs: aTask("a", "1", { title: "Theirs", priority: "low" }),
        mine: { title: "Mine", priority: "high" },
        fields: ["title", "priority"],
      }}
      members={[]}
      onResolve={onResolve}
      onBack={vi.fn()}
    />,
  );
  const save = screen.getByRole("button", { name: "Save these" });
  await userEvent.click(screen.getByRole("radio", { name: "Title: yours" }));
  await userEvent.click(save);
  expect(screen.getByRole("group", { name: "Priority" })).toHaveAccessibleDescription(
    "Choose one of the two.",
  );
  expect(screen.getByRole("radio", { name: "Priority: yours" })).toHaveFocus();
  expect(onResolve).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole("radio", { name: "Priority: theirs" }));
  expect(screen.queryByText("Choose one of the two.")).toBeNull();
  await userEvent.click(save);
  expect(onResolve).toHaveBeenCalledExactlyOnceWith({ title: "Mine" });
});

it("says what is empty, dates as people write them, and whom nobody here knows any more", () => {
  render(
    <ConflictForm
      conflict={{
        theirs: aTask("a", "1", { description: "", labels: [], due: null, assignee: "GONE" as UserId }),
        mine: { description: "Sow", labels: ["spice", "root"], due: "2026-12-31", assignee: null },
        fields: ["description", "labels", "due", "assignee"],
      }}
      members={[]}
      onResolve={vi.fn()}
      onBack={vi.fn()}
    />,
  );
  const said = (field: string) => {
    const of = within(screen.getByRole("group", { name: field }));
    return of.getAllByText(/./, { selector: ".line-clamp-6" }).map(({ textContent }) => textContent);
  };
  expect(said("Description")).toEqual(["Sow", "None"]);
  expect(said("Labels")).toEqual(["spice, root", "None"]);
  expect(said("Due date")).toEqual([fullDate("2026-12-31"), "None"]);
  expect(said("Assignee")).toEqual(["Nobody", "A former member"]);
});
