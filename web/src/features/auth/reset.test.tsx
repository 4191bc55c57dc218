import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { ada, sessionWith } from "@/test/values";
import { showFront } from "@/test/front";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  server.resetHandlers();
  session.leave();
});
afterAll(() => server.close());

const problem = (status: number, code: string, more: object = {}) =>
  HttpResponse.json({ title: code, detail: `The words of ${code}.`, status, code, ...more }, { status });

async function choose(passphrase: string) {
  await userEvent.type(screen.getByLabelText("New passphrase"), passphrase);
  await userEvent.click(screen.getByRole("button", { name: "Set passphrase" }));
}

it("a new passphrase is set by the link, and signing in says so", async () => {
  session.signIn(sessionWith("token"));
  let body: unknown;
  server.use(
    route.post("*/auth/reset", async ({ request }) => {
      body = await request.json();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  showFront("/reset#sometoken");
  await choose("cardamom nutmeg mace");
  expect(await screen.findByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  expect(body).toEqual({ token: "sometoken", password: "cardamom nutmeg mace" });
  expect(screen.getAllByRole("alert")[0]).toHaveTextContent("Your passphrase is changed");
  expect(screen.getByTestId("address")).toHaveTextContent(/^\/login$/);
  expect(session.token, "who was signed in here is no longer").toBeUndefined();
});

it("a link that no longer works says so, and that another can be made", async () => {
  server.use(route.post("*/auth/reset", () => problem(410, "reset_expired")));
  showFront("/reset#sometoken");
  await choose("cardamom nutmeg mace");
  expect(await screen.findByRole("heading", { level: 1, name: "This link no longer works" })).toBeVisible();
  expect(screen.getByText(/Ask whoever runs this Cumin for another/)).toBeVisible();
});

it("a refused passphrase is said at its field, and the link stays", async () => {
  const errors = [{ pointer: "/password", code: "too_common", message: "This is tried first." }];
  server.use(route.post("*/auth/reset", () => problem(422, "invalid_fields", { errors })));
  showFront("/reset#sometoken");
  await choose("passwordpassword");
  expect(await screen.findByText("This is tried first.")).toBeVisible();
  expect(screen.getByLabelText("New passphrase")).toHaveFocus();
  await userEvent.keyboard("x");
  expect(screen.queryByText("This is tried first.")).toBeNull();
});

it("a link without its end is not asked about", () => {
  showFront("/reset");
  expect(screen.getByRole("heading", { level: 1, name: "This link is not complete" })).toBeVisible();
});

it.each([
  [ada.email, ada.email],
  ["", "your@address"],
  ["x;reboot@example.com", "your@address"],
])("who forgot theirs is told what to ask for, with %j typed", async (typed, named) => {
  showFront("/login");
  if (typed !== "") await userEvent.type(screen.getByLabelText("E-mail"), typed);
  await userEvent.click(screen.getByRole("link", { name: "Forgot your passphrase?" }));
  expect(await screen.findByText(/Cumin sends no e-mail/)).toBeVisible();
  expect(screen.getByText(`go run ./cmd/cumin passphrase ${named}`)).toBeVisible();
});
