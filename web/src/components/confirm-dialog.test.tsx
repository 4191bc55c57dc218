import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { renderPart } from "@/test/render";
import { ConfirmDialog } from "./confirm-dialog";

function Page() {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button onClick={() => setAsking(true)}>Delete</button>
      <ConfirmDialog
        title="Delete it?"
        confirmLabel="Delete it"
        open={asking}
        busy={false}
        onConfirm={vi.fn()}
        onCancel={() => setAsking(false)}
      >
        It is gone for good.
      </ConfirmDialog>
    </>
  );
}

it.each(["{Enter}", "{Escape}"])(
  "a question starts at the safe answer, keeps Tab inside and gives the focus back after %s",
  async (answer) => {
    renderPart(<Page />);
    const opener = screen.getByRole("button", { name: "Delete" });
    await userEvent.click(opener);
    expect(screen.getByRole("button", { name: "Keep" })).toHaveFocus();
    await userEvent.tab();
    expect(screen.getByRole("button", { name: "Delete it" })).toHaveFocus();
    await userEvent.tab();
    expect(screen.getByRole("button", { name: "Keep" })).toHaveFocus();
    await userEvent.keyboard(answer);
    await expect.poll(() => document.activeElement).toBe(opener);
  },
);
