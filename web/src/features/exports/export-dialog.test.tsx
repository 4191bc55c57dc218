import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { aProject } from "@/test/values";
import ExportDialog from "./export-dialog";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const project = aProject({ counts: { todo: 1_200, inProgress: 1, done: 30 } });

function open(path = "/projects/P") {
  let closed = false;
  renderPart(<ExportDialog project={project} members={[]} onClose={() => (closed = true)} />, { path });
  return () => closed;
}

it("shows how many tasks the file will hold", async () => {
  open();
  expect(screen.getByRole("button", { name: "Export 1,231 tasks" })).toBeEnabled();
  await userEvent.click(screen.getByRole("radio", { name: /In Progress/ }));
  expect(screen.getByRole("button", { name: "Export 1 task" })).toBeEnabled();
});

it("asks for the chosen status and closes", async () => {
  let body: unknown;
  server.use(
    route.post("*/exports", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json({ id: "X", state: "queued" }, { status: 202 });
    }),
  );
  const closed = open();
  await userEvent.click(screen.getByRole("radio", { name: /Done/ }));
  await userEvent.click(screen.getByRole("button", { name: "Export 30 tasks" }));
  await expect.poll(closed).toBe(true);
  expect(body).toEqual({ format: "csv", filter: { status: "done" } });
});

it("says why an export was refused, and stays open", async () => {
  server.use(
    route.post("*/exports", () =>
      HttpResponse.json(
        {
          title: "Conflict",
          detail: "An export of this project is already running.",
          status: 409,
          code: "export_running",
        },
        { status: 409 },
      ),
    ),
  );
  const closed = open();
  await userEvent.click(screen.getByRole("button", { name: /^Export 1,231/ }));
  expect(await screen.findByText(/An export of this project is under way/)).toBeVisible();
  expect(closed()).toBe(false);
});

it("offers what the page is filtered to, of which nobody has counts", () => {
  open("/projects/P?priority=high&label=spice");
  expect(screen.getByRole("radio", { name: "As filtered: Priority High, Label spice" })).toBeChecked();
  expect(screen.getByRole("button", { name: "Export these tasks" })).toBeEnabled();
});
