import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useLocation } from "react-router";
import { afterAll, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { sessionWith } from "@/test/values";
import ProjectsPage from "./projects-page";

const server = setupServer(route.get("*/projects", () => HttpResponse.json({ items: [] })));
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
afterAll(() => server.close());

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

it("without any project one can be made", async () => {
  await press("/projects", "No active project", "Create a project");
  expect(await screen.findByRole("dialog", { name: "New project" })).toBeVisible();
});

it.each([
  ["a search that finds nothing", "?q=basil", "No project matches", "Clear the search"],
  ["an empty archive", "?archived=true", "Nothing is archived", "Back to your projects"],
])("%s leads back to all projects", async (_name, search, title, action) => {
  await press(`/projects${search}`, title, action);
  await expect.poll(() => screen.getByLabelText("Address").textContent).toBe("");
});
