import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { useState } from "react";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { sessionWith } from "@/test/values";
import NewProjectDialog from "./new-project-dialog";

beforeAll(() => session.signIn(sessionWith("token")));
beforeEach(() => sessionStorage.clear());

function Page() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        New
      </button>
      {open && <NewProjectDialog onClose={() => setOpen(false)} />}
    </>
  );
}

async function type(name: string) {
  renderPart(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "New" }));
  await userEvent.type(screen.getByLabelText("Name"), name);
}

async function reopened(): Promise<HTMLElement> {
  await userEvent.click(screen.getByRole("button", { name: "New" }));
  return screen.getByLabelText("Name");
}

it("a name half typed is there again after Escape", async () => {
  await type("Herb gar");
  await userEvent.keyboard("{Escape}");
  expect(await reopened()).toHaveValue("Herb gar");
});

it("a name half typed is thrown away by Cancel", async () => {
  await type("Herb gar");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(await reopened()).toHaveValue("");
});
