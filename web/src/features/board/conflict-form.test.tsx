import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { NewTask } from "@/lib/api-types";
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
