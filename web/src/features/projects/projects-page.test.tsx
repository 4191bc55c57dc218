import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useLocation } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { session } from "@/lib/api";
import type { Project } from "@/lib/api-types";
import { renderPart } from "@/test/render";
import { aProject, sessionWith } from "@/test/values";
import ProjectsPage from "./projects-page";

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => has());
afterAll(() => server.close());

/** What the person's lists hold. */
function has({ active = [], archived = [] }: { active?: Project[]; archived?: Project[] } = {}) {
  server.use(
    route.get("*/projects", ({ request }) => {
      const { searchParams } = new URL(request.url);
      const items = searchParams.get("archived") === "true" ? archived : active;
      return HttpResponse.json({ items: searchParams.has("q") ? [] : items });
    }),
  );
}

function Address() {
  return <output aria-label="Address">{useLocation().search}</output>;
}

async function press(path: string, title: string, action: string) {
  renderPart(
    <>
      <ProjectsPage />
      <Address />
    </>,
    { path },
  );
  await screen.findByRole("heading", { name: title });
  await userEvent.click(screen.getByRole("button", { name: action }));
}

it("at the first visit there is one thing to do, and nothing to search or sort", async () => {
  renderPart(<ProjectsPage />, { path: "/projects" });
  await screen.findByRole("heading", { name: "Start your first project" });
  expect(screen.queryByRole("searchbox")).toBeNull();
  expect(screen.queryByRole("group", { name: "Which projects" })).toBeNull();
  expect(screen.queryByRole("combobox")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "New project" }));
  expect(await screen.findByRole("dialog", { name: "New project" })).toBeVisible();
});

it("with nothing but archived projects it is said where they are", async () => {
  has({ archived: [aProject({ archived: true })] });
  await press("/projects", "No active project", "Create a project");
  expect(screen.getByRole("searchbox", { hidden: true })).toBeInTheDocument();
  expect(await screen.findByRole("dialog", { name: "New project" })).toBeVisible();
});

it("projects can be searched and sorted", async () => {
  has({ active: [aProject()] });
  renderPart(<ProjectsPage />, { path: "/projects" });
  expect(await screen.findByRole("link", { name: "Launch" })).toBeVisible();
  expect(screen.getByRole("searchbox", { name: "Search your projects" })).toBeVisible();
  expect(screen.getByRole("button", { name: "New project" })).toBeVisible();
});

it.each([
  ["a search that finds nothing", "?q=basil", "No project matches", "Clear the search"],
  ["an empty archive", "?archived=true", "Nothing is archived", "Back to your projects"],
])("%s leads back to all projects", async (_name, search, title, action) => {
  await press(`/projects${search}`, title, action);
  await expect.poll(() => screen.getByLabelText("Address").textContent).toBe("");
});

it("clearing a search takes back what was typed a moment before", async () => {
  has({ active: [aProject()] });
  renderPart(<ProjectsPage />, { path: "/projects?q=basil" });
  await screen.findByRole("heading", { name: "No project matches" });
  await userEvent.type(screen.getByRole("searchbox"), "!");
  await userEvent.click(screen.getByRole("button", { name: "Clear the search" }));
  await act(() => new Promise((paused) => setTimeout(paused, 300)));
  expect(window.location.search).toBe("");
});
