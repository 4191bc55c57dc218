import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { aProject } from "@/test/values";
import { ProjectCard } from "./project-card";
import DeleteProjectDialog from "./delete-project-dialog";
import EditProjectDialog from "./edit-project-dialog";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const project = aProject({
  name: "Launch",
  description: "To the moon",
  counts: { todo: 3, inProgress: 1_200, done: 7 },
  members: 4,
  version: 5,
});

it("a card shows name, description, counts, members and when it was worked in", () => {
  renderPart(<ProjectCard project={project} />);
  expect(screen.getByRole("link", { name: "Launch" })).toHaveAttribute("href", "/projects/P");
  for (const words of ["To the moon", "3", "1,200", "7", "4 members", /^Updated /]) {
    expect(screen.getByText(words)).toBeVisible();
  }
});

it("a project is deleted only once its name is typed", async () => {
  let asked = 0;
  server.use(
    route.delete("*/projects/P", () => {
      asked++;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  let deleted = false;
  renderPart(
    <DeleteProjectDialog project={project} onClose={() => undefined} onDeleted={() => (deleted = true)} />,
  );
  const field = screen.getByLabelText("Type the project's name");
  await userEvent.type(field, "lunch{Enter}");
  expect(screen.getByRole("button", { name: "Delete project" })).toBeDisabled();
  expect(asked).toBe(0);
  await userEvent.clear(field);
  await userEvent.type(field, "launch{Enter}");
  await expect.poll(() => deleted).toBe(true);
  expect(asked).toBe(1);
});

it("an owner gives the project another key, which its name does not change", async () => {
  let sent: unknown;
  server.use(
    route.patch("*/projects/P", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...project, version: 6 });
    }),
  );
  renderPart(<EditProjectDialog project={project} onClose={() => undefined} />);
  expect(screen.getByLabelText("Key")).toHaveValue("LAU");
  await userEvent.type(screen.getByLabelText("Name"), " pad");
  expect(screen.getByLabelText("Key")).toHaveValue("LAU");
  await userEvent.clear(screen.getByLabelText("Key"));
  await userEvent.type(screen.getByLabelText("Key"), "go");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await expect.poll(() => sent).toEqual({ name: "Launch pad", key: "GO" });
});

it("editing sends what was changed, against the version that was seen", async () => {
  let sent: unknown;
  server.use(
    route.patch("*/projects/P", async ({ request }) => {
      sent = [request.headers.get("if-match"), await request.json()];
      return HttpResponse.json({ ...project, name: "Landing", version: 6 });
    }),
  );
  let closed = false;
  renderPart(<EditProjectDialog project={project} onClose={() => (closed = true)} />);
  await userEvent.clear(screen.getByLabelText("Name"));
  await userEvent.type(screen.getByLabelText("Name"), "Landing");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await expect.poll(() => closed).toBe(true);
  expect(sent).toEqual(['"v5"', { name: "Landing" }]);
});
