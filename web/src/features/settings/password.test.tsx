import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { sessionWith } from "@/test/values";
import { Password } from "./password";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => session.signIn(sessionWith("token")));
afterEach(() => server.resetHandlers());
afterAll(() => {
  session.leave();
  server.close();
});

async function change() {
  renderPart(<Password />);
  await userEvent.type(screen.getByLabelText("Current passphrase"), "pepper and some salt");
  await userEvent.type(screen.getByLabelText("New passphrase"), "cardamom nutmeg mace");
  await userEvent.click(screen.getByRole("button", { name: "Change passphrase" }));
}

it("both are sent as typed, and the fields are empty afterwards", async () => {
  let body: unknown;
  server.use(
    route.put("*/auth/password", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(sessionWith("token 2"));
    }),
  );
  await change();
  await expect.poll(() => session.token).toBe("token 2");
  expect(body).toEqual({ current: "pepper and some salt", password: "cardamom nutmeg mace" });
  expect(screen.getByLabelText("Current passphrase")).toHaveValue("");
  expect(screen.getByLabelText("New passphrase")).toHaveValue("");
});

it.each([
  ["Current passphrase", 403, { code: "wrong_password" }, "This is not your passphrase."],
  [
    "New passphrase",
    422,
    {
      code: "invalid_fields",
      errors: [{ pointer: "/password", code: "too_common", message: "Tried first." }],
    },
    "Tried first.",
  ],
])("what is wrong with the %s is said there, until something is typed", async (label, status, body, said) => {
  server.use(
    route.put("*/auth/password", () => HttpResponse.json({ title: "", status, ...body }, { status })),
  );
  await change();
  expect(await screen.findByText(said)).toBeVisible();
  expect(screen.getByLabelText(label)).toHaveFocus();
  await userEvent.keyboard("x");
  expect(screen.queryByText(said)).toBeNull();
});
