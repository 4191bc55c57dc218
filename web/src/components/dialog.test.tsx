import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { Dialog } from "./dialog";

function Opener() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      {open && (
        <Dialog title="A form" open onClose={() => setOpen(false)}>
          <input aria-label="Name" />
        </Dialog>
      )}
    </>
  );
}

it("a dialog starts in its first field and gives the focus back to what opened it", async () => {
  renderPart(<Opener />);
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(screen.getByLabelText("Name")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => document.activeElement).toBe(screen.getByRole("button", { name: "Open" }));
});
