import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { Dialog } from "@/components/dialog";
import type { Member, UserId } from "@/lib/api-types";
import { MentionInput } from "./mention-input";

const person = (name: string): Member => ({
  userId: name as UserId,
  name,
  role: "editor",
  version: 1,
  joinedAt: "2026-01-01T00:00:00.000Z",
});

function Comment({ members }: { members: Member[] }) {
  const [text, setText] = useState("");
  return (
    <MentionInput label="Comment" value={text} onChange={setText} onSubmit={vi.fn()} members={members} />
  );
}

const field = () => screen.getByRole("textbox", { name: "Comment" });
const pointedAt = () => document.getElementById(field().getAttribute("aria-activedescendant") ?? "");

it("says whom to invite first where there is nobody to mention", async () => {
  render(<Comment members={[person("Ada")]} />);
  await userEvent.type(field(), "Ask @");
  expect(screen.getByRole("status")).toHaveTextContent("Invite somebody to mention them.");
  expect(screen.queryByRole("option")).toBeNull();
  await userEvent.type(field(), "{Backspace}");
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
});

it("says how many are suggested, and nothing once there are none", async () => {
  render(<Comment members={[person("Ada"), person("Grace"), person("Gordon")]} />);
  expect(field()).not.toHaveAttribute("aria-controls");
  await userEvent.type(field(), "Ask @G");
  expect(screen.getByRole("status")).toHaveTextContent("2 people suggested.");
  expect(field()).toHaveAttribute("aria-controls", screen.getByRole("listbox", { name: "People" }).id);
  await userEvent.type(field(), "r");
  expect(screen.getByRole("status")).toHaveTextContent("1 person suggested.");
  await userEvent.keyboard("{Escape}");
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(field()).not.toHaveAttribute("aria-activedescendant");
});

it("points at the one the arrow keys chose, and Enter inserts them", async () => {
  render(<Comment members={[person("Ada"), person("Grace"), person("Gordon")]} />);
  await userEvent.type(field(), "Ask @G");
  expect(pointedAt()).toHaveAccessibleName("Grace");
  await userEvent.keyboard("{ArrowDown}");
  expect(pointedAt()).toBe(screen.getByRole("option", { name: "Gordon", selected: true }));
  await userEvent.keyboard("{Enter}");
  expect(field()).toHaveValue("Ask @Gordon ");
  expect(field()).toHaveFocus();
});

it("Escape closes the suggestions, and only the next one the dialog around them", async () => {
  const close = vi.fn();
  render(
    <Dialog title="A task" open onClose={close}>
      <Comment members={[person("Ada"), person("Grace")]} />
    </Dialog>,
  );
  await userEvent.type(field(), "Ask @{Escape}");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(close).not.toHaveBeenCalled();
  await userEvent.keyboard("{Escape}");
  expect(close).toHaveBeenCalledOnce();
});
