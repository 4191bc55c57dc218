import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { forgetInvite, keepInvite } from "@/lib/invite-token";
import { renderPart } from "@/test/render";
import { ada, sessionWith } from "@/test/values";
import { LoginPage } from "./login-page";
import RegisterPage from "./register-page";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  server.resetHandlers();
  session.leave();
});
afterAll(() => server.close());

const problem = (status: number, code: string, more: object = {}) =>
  HttpResponse.json({ title: code, detail: `The words of ${code}.`, status, code, ...more }, { status });

async function signIn() {
  renderPart(<LoginPage />, { path: "/login" });
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.type(screen.getByLabelText("Password"), " correct horse ");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

it("a password is sent exactly as it was typed", async () => {
  let body: unknown;
  server.use(
    route.post("*/auth/login", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(sessionWith("token"));
    }),
  );
  await signIn();
  await expect.poll(() => session.state.phase).toBe("signed-in");
  expect(body).toEqual({ email: ada.email, password: " correct horse " });
});

it("a wrong password is said in the server's words, once", async () => {
  server.use(route.post("*/auth/login", () => problem(401, "bad_credentials")));
  await signIn();
  expect(await screen.findByRole("alert")).toHaveTextContent("The words of bad_credentials.");
  expect(session.token).toBeUndefined();
});

it("a taken address is said at its field", async () => {
  server.use(route.post("*/auth/register", () => problem(409, "email_taken")));
  renderPart(<RegisterPage />, { path: "/register" });
  await userEvent.type(screen.getByLabelText("Name"), "Ada");
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.type(screen.getByLabelText("Passphrase"), "cardamom nutmeg mace");
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText(/There is an account with this address already/)).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toBeInvalid();
});

it.each([
  ["", /15 characters or more/],
  ["too short", /6 more characters/],
  ["fourteen chars", /1 more character\./],
  ["fifteen chars!!", /Long enough/],
  ["four words that nobody else joins", /A strong length/],
])("the hint beside the passphrase %j", async (typed, hint) => {
  renderPart(<RegisterPage />, { path: "/register" });
  if (typed !== "") await userEvent.type(screen.getByLabelText("Passphrase"), typed);
  expect(screen.getByText(hint)).toBeVisible();
});

it("the refusal of an address goes when another is typed, and leads to signing in", async () => {
  server.use(route.post("*/auth/register", () => problem(409, "email_taken")));
  renderPart(<RegisterPage />, { path: "/register" });
  await userEvent.type(screen.getByLabelText("Name"), "Ada");
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.type(screen.getByLabelText("Passphrase"), "cardamom nutmeg mace");
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByRole("link", { name: "Sign in instead" })).toHaveAttribute("href", "/login");
  expect(screen.getByLabelText("E-mail")).toHaveFocus();
  await userEvent.keyboard("x");
  expect(screen.queryByText(/There is an account/)).toBeNull();
});

it("an empty form is refused at its first field, without the browser's bubble", async () => {
  renderPart(<RegisterPage />, { path: "/register" });
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  expect(screen.getByText("Fill in the name.")).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveFocus();
  await userEvent.keyboard("A");
  expect(screen.queryByText("Fill in the name.")).toBeNull();
});

it("who follows an invitation is told why they sign in first", () => {
  keepInvite("token");
  renderPart(<LoginPage />, { path: "/login?next=%2Finvite" });
  expect(screen.getByRole("note")).toHaveTextContent("You are invited to a project");
  forgetInvite();
});
