import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
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

it("says whom to invite first where there is nobody to mention", async () => {
  render(<Comment members={[person("Ada")]} />);
  await userEvent.type(screen.getByRole("combobox", { name: "Comment" }), "Ask @");
  expect(screen.getByRole("status")).toHaveTextContent("Invite somebody to mention them.");
  expect(screen.queryByRole("option")).toBeNull();
  await userEvent.type(screen.getByRole("combobox", { name: "Comment" }), "{Backspace}");
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
});

it("offers the others where there are some", async () => {
  render(<Comment members={[person("Ada"), person("Grace")]} />);
  await userEvent.type(screen.getByRole("combobox", { name: "Comment" }), "Ask @G");
  expect(screen.getByRole("option", { name: /Grace/ })).toBeVisible();
});
