import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { fullDate, today } from "@/lib/words";
import { inDays } from "./due-dates";
import { DueField } from "./due-field";

function Due() {
  const [date, setDate] = useState<string | null>(null);
  return <DueField value={date} onChange={setDate} error={undefined} />;
}

it("is set by a word, and says the chosen date in words", async () => {
  render(<Due />);
  const field = screen.getByLabelText("Due date");
  expect(field).not.toHaveAccessibleDescription();
  await userEvent.click(screen.getByRole("button", { name: "Tomorrow" }));
  expect(field).toHaveValue(inDays(1));
  expect(field).toHaveAccessibleDescription(fullDate(inDays(1)));
  expect(screen.getByRole("button", { name: "Tomorrow" })).toHaveAttribute("aria-pressed", "true");

  await userEvent.click(screen.getByRole("button", { name: "Today" }));
  expect(field).toHaveValue(today());
  await userEvent.clear(field);
  expect(field).not.toHaveAccessibleDescription();
});
