import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { forgetInvite, keepInvite } from "@/lib/invite-token";
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

async function signIn() {
  showFront("/login");
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.type(screen.getByLabelText("Passphrase"), " correct horse ");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

it("a passphrase is sent exactly as it was typed", async () => {
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

it("a wrong passphrase is said in the server's words, once", async () => {
  server.use(route.post("*/auth/login", () => problem(401, "bad_credentials")));
  await signIn();
  expect(await screen.findByRole("alert")).toHaveTextContent("The words of bad_credentials.");
  expect(session.token).toBeUndefined();
});

it("a taken address is said at its field", async () => {
  server.use(route.post("*/auth/register", () => problem(409, "email_taken")));
  showFront("/register");
  await userEvent.type(screen.getByLabelText("Name"), "Ada");
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.type(screen.getByLabelText("Passphrase"), "cardamom nutmeg mace");
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText(/There is an account with this address already/)).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toBeInvalid();
});

it("the refusal of an address goes when another is typed, and leads to signing in", async () => {
  server.use(route.post("*/auth/register", () => problem(409, "email_taken")));
  showFront("/register");
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
  showFront("/register");
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  expect(screen.getByText("Fill in the name.")).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveFocus();
  await userEvent.keyboard("A");
  expect(screen.queryByText("Fill in the name.")).toBeNull();
});

it("who follows an invitation is told why they sign in first", () => {
  keepInvite("token");
  showFront("/login?next=%2Finvite");
  expect(screen.getByRole("note")).toHaveTextContent("You are invited to a project");
  forgetInvite();
});

it("the address goes along to creating an account and back, and is in no address", async () => {
  showFront("/login");
  await userEvent.type(screen.getByLabelText("E-mail"), ada.email);
  await userEvent.click(screen.getByRole("link", { name: "Create an account" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Create an account" })).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toHaveValue(ada.email);
  expect(screen.getByTestId("address")).toHaveTextContent(/^\/register$/);

  await userEvent.type(screen.getByLabelText("E-mail"), ".uk");
  await userEvent.click(screen.getByRole("link", { name: "Sign in" }));
  expect(await screen.findByLabelText("E-mail")).toHaveValue(`${ada.email}.uk`);
});

it("the page says what Cumin is", () => {
  showFront("/login");
  expect(screen.getByText(/Cumin is the task board your team shares/)).toBeVisible();
});

it("who signed out in another tab is told so", async () => {
  session.signIn(sessionWith("token"));
  const other = new BroadcastChannel("cumin-auth");
  other.postMessage({ type: "signed-out" });
  await expect.poll(() => session.state.phase).toBe("signed-out");
  other.close();
  showFront("/login");
  expect(screen.getAllByRole("alert")[0]).toHaveTextContent("You signed out in another tab");
});

it("who signed out here is told nothing", () => {
  session.leave();
  showFront("/login");
  expect(screen.getByRole("alert")).toBeEmptyDOMElement();
});
