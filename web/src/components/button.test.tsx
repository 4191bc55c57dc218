import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { Button } from "./button";
import { Menu, MenuItem } from "./menu";

it("a busy button keeps the focus and sends nothing twice", async () => {
  const pressed = vi.fn();
  const sent = vi.fn();
  function Form() {
    const [busy, setBusy] = useState(false);
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sent();
          setBusy(true);
        }}
      >
        <input aria-label="Name" />
        <Button type="submit" busy={busy} onClick={pressed}>
          Save
        </Button>
      </form>
    );
  }
  render(<Form />);
  const save = screen.getByRole("button");
  await userEvent.click(save);
  expect(save).toHaveFocus();
  expect(save).toHaveAttribute("aria-disabled", "true");
  await userEvent.keyboard("{Enter} ");
  await userEvent.click(save);
  await userEvent.type(screen.getByLabelText("Name"), "Sow{Enter}");
  expect(pressed).toHaveBeenCalledOnce();
  expect(sent).toHaveBeenCalledOnce();
});

it("a busy button opens no menu, and can be left by Tab", async () => {
  render(
    <>
      <Menu trigger={<Button busy>Status</Button>}>
        <MenuItem onSelect={vi.fn()}>Done</MenuItem>
      </Menu>
      <button>Next</button>
    </>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Status" }));
  await userEvent.keyboard("{Enter}{ArrowDown}");
  expect(screen.queryByRole("menu")).toBeNull();
  await userEvent.tab();
  expect(screen.getByRole("button", { name: "Next" })).toHaveFocus();
});
