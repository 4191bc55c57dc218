import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
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

it("the second press of a double click does not close what the first has opened", async () => {
  renderPart(<Opener />);
  const opened = performance.now();
  const now = vi.spyOn(performance, "now").mockReturnValue(opened);
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  const press = (after: number) => {
    const event = new MouseEvent("pointerdown", { bubbles: true, button: 0 });
    vi.spyOn(event, "timeStamp", "get").mockReturnValue(opened + after);
    fireEvent(document.body, event);
    fireEvent.click(document.body);
  };
  await new Promise((listening) => setTimeout(listening));
  press(200);
  await new Promise((closed) => setTimeout(closed));
  expect(screen.getByRole("dialog")).toBeVisible();
  press(600);
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  now.mockRestore();
});
