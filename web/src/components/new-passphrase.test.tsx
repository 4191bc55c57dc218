import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { ApiError } from "@/lib/http/api-error";
import { NewPassphrase } from "./new-passphrase";

function Chosen({ error }: { error?: unknown }) {
  const [value, setValue] = useState("");
  return (
    <form aria-label="choose">
      <NewPassphrase value={value} onChange={setValue} error={error} />
      <button>Save</button>
    </form>
  );
}

const field = () => screen.getByLabelText("New passphrase");

it.each([
  ["", /15 characters or more/],
  ["too short", /6 more characters/],
  ["fourteen chars", /1 more character\./],
  ["fifteen chars!!", /Long enough/],
  ["four words that nobody else joins", /A strong length/],
])("the hint beside the passphrase %j", async (typed, hint) => {
  render(<Chosen />);
  if (typed !== "") await userEvent.type(field(), typed);
  expect(field()).toHaveAccessibleDescription(hint);
});

it("can be shown, and hidden again", async () => {
  render(<Chosen />);
  expect(field()).toHaveAttribute("type", "password");
  await userEvent.click(screen.getByRole("button", { name: "Show the characters" }));
  expect(field()).toHaveAttribute("type", "text");
  await userEvent.click(screen.getByRole("button", { name: "Hide the characters" }));
  expect(field()).toHaveAttribute("type", "password");
});

it("one that is too short is not sent, and the field says how far it is", async () => {
  render(<Chosen />);
  await userEvent.type(field(), "too short");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(field()).toHaveFocus();
  expect(field()).toHaveAccessibleDescription(/Use 15 characters or more\. There are 9 so far\./);
});

it.each([
  ["of the passphrase", "/password", true],
  ["of another field", "/name", false],
])("what the server says %s", (_of, pointer, here) => {
  const errors = [{ pointer, code: "too_common", message: "This is tried first." }];
  const problem = {
    type: "/api/v1/docs/problems#invalid_fields",
    title: "",
    status: 422,
    code: "invalid_fields",
    requestId: "r",
    errors,
  };
  render(<Chosen error={new ApiError(422, "invalid_fields", "", problem as ApiError["problem"])} />);
  expect(screen.queryByText("This is tried first.") !== null).toBe(here);
  expect(field()).toHaveAttribute("aria-invalid", String(here));
});
