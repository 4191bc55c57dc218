import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { useState } from "react";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { aProject, sessionWith } from "@/test/values";
import NewProjectDialog from "./new-project-dialog";

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => sessionStorage.clear());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

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

it("the key follows the name until somebody chooses one, which outlives Escape", async () => {
  await type("Herb garden");
  const key = screen.getByLabelText("Key");
  expect(key).toHaveValue("HG");
  expect(key).toHaveAccessibleDescription("Its tasks are called HG-1, HG-2 and so on.");
  await userEvent.clear(key);
  await userEvent.type(key, "he-rb");
  await userEvent.type(screen.getByLabelText("Name"), " at home");
  expect(key).toHaveValue("HERB");
  await userEvent.keyboard("{Escape}");
  await reopened();
  expect(screen.getByLabelText("Key")).toHaveValue("HERB");
});

it("a key that was not chosen goes on following the name after Escape", async () => {
  await type("Herb");
  await userEvent.keyboard("{Escape}");
  await userEvent.type(await reopened(), " garden");
  expect(screen.getByLabelText("Key")).toHaveValue("HG");
});

it.each([
  ["two presses of Enter", () => userEvent.keyboard("{Enter}{Enter}")],
  ["a double click", () => userEvent.dblClick(screen.getByRole("button", { name: "Create project" }))],
  [
    "two submits before the page answers the first",
    () => {
      const form = screen.getByLabelText<HTMLInputElement>("Name").form;
      if (!form) throw new Error("the field has no form");
      fireEvent.submit(form);
      fireEvent.submit(form);
      return Promise.resolve();
    },
  ],
])("%s create one project", async (_name, submitTwice) => {
  const sent: unknown[] = [];
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  server.use(
    route.post("*/projects", async ({ request }) => {
      sent.push(await request.json());
      await answered;
      return HttpResponse.json(aProject(), { status: 201 });
    }),
  );
  await type("Herb garden");
  await userEvent.click(screen.getByLabelText("Name"));
  await submitTwice();
  answer();
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(sent).toEqual([{ name: "Herb garden", key: "HG", description: "" }]);
});

it("a refused project is said in short and at its field, which has the focus", async () => {
  server.use(
    route.post("*/projects", () =>
      HttpResponse.json(
        {
          title: "Invalid fields",
          detail: "A field is not valid.",
          status: 422,
          code: "invalid_fields",
          errors: [{ pointer: "/description", message: "This is too long." }],
        },
        { status: 422 },
      ),
    ),
  );
  await type("Herb garden");
  await userEvent.click(screen.getByRole("button", { name: "Create project" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("A field is not valid.");
  expect(screen.getByLabelText(/^Description/)).toHaveAccessibleDescription("This is too long.");
  expect(screen.getByLabelText(/^Description/)).toHaveFocus();
});
