import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import type { ReactNode } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Project } from "@/lib/api-types";
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

const client = new QueryClient();
const withQueries = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
);

describe("a project that somebody else changed while the dialog was open", () => {
  /** What the server does with the project, which stands there as `stored`. */
  function serve(stored: Project) {
    const written: unknown[] = [];
    server.use(
      route.patch("*/projects/P", async ({ request }) => {
        if (request.headers.get("if-match") !== `"v${stored.version}"`) {
          const problem = { title: "No", status: 412, code: "version_mismatch", current: stored };
          return HttpResponse.json(problem, { status: 412 });
        }
        const change = (await request.json()) as Partial<Project>;
        written.push(change);
        stored = { ...stored, ...change, version: stored.version + 1 };
        return HttpResponse.json(stored);
      }),
    );
    return written;
  }
  const rename = async () => {
    await userEvent.clear(screen.getByLabelText("Name"));
    await userEvent.type(screen.getByLabelText("Name"), "Landing");
  };
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));

  it("keeps their description when only the name was typed here", async () => {
    const theirs = { ...project, description: "To Mars", version: 6 };
    const written = serve(theirs);
    let closed = false;
    const dialog = (shown: Project) => <EditProjectDialog project={shown} onClose={() => (closed = true)} />;
    const { rerender } = render(dialog(project), { wrapper: withQueries });
    await rename();
    rerender(dialog(theirs)); // the page is told of it
    await save();
    await expect.poll(() => closed).toBe(true);
    expect(written).toEqual([{ name: "Landing" }]);
  });

  it("is asked about at the field that both changed", async () => {
    const written = serve({ ...project, name: "Moon", description: "To Mars", version: 6 });
    let closed = false;
    renderPart(<EditProjectDialog project={project} onClose={() => (closed = true)} />);
    await rename();
    await save();
    await expect
      .poll(() => screen.getByLabelText("Name"))
      .toHaveAccessibleDescription(/^Somebody else has changed this to “Moon”\./);
    await expect.poll(() => screen.getByLabelText("Name")).toHaveFocus();
    expect(screen.getByLabelText("Name")).toHaveValue("Landing");
    expect(screen.getByLabelText(/^Description/)).toHaveValue("To Mars");
    expect(written).toEqual([]);
    await save();
    await expect.poll(() => closed).toBe(true);
    expect(written).toEqual([{ name: "Landing" }]);
  });
});
