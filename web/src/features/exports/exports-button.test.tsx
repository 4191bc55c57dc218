import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Export, ExportId, ProjectId } from "@/lib/api-types";
import { renderPart } from "@/test/render";
import { aProject } from "@/test/values";
import { ExportsButton } from "./exports-button";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const aJob = (change: Partial<Export>): object => ({
  id: "X",
  projectId: "P",
  format: "csv",
  filter: {},
  state: "running",
  rowsDone: 40,
  rowsTotal: 100,
  bytes: 0,
  error: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  finishedAt: null,
  requestId: "",
  ...change,
});

async function open(...jobs: object[]) {
  server.use(
    route.get("*/exports", () => HttpResponse.json({ items: jobs })),
    route.get("*/projects/:id", ({ params: { id } }) =>
      HttpResponse.json(aProject({ name: `Project ${String(id)}` })),
    ),
  );
  renderPart(<ExportsButton />);
  await userEvent.click(await screen.findByRole("button", { name: /^Exports/ }));
}

it.each([
  ["queued", {}, "Waiting to start", "Cancel"],
  ["running", {}, "40 of about 100 tasks", "Cancel"],
  ["succeeded", { rowsDone: 100, bytes: 2048 }, "100 tasks, 2 KB", "Download"],
  ["failed", { error: "Too large." }, "Failed. Too large.", "Retry"],
  ["canceled", {}, "Canceled", "Retry"],
  ["expired", {}, "The file is no longer kept.", "Retry"],
] as const)("an export that is %s says so and what can be done", async (state, change, words, action) => {
  await open(aJob({ state, ...change }));
  const job = within(within(await screen.findByRole("list", { name: "Exports" })).getByRole("listitem"));
  expect(job.getByText(new RegExp(words.replace(/\./g, "\\.")))).toBeVisible();
  expect(job.getAllByRole("button").map(({ textContent }) => textContent)).toEqual([action]);
  expect(job.queryAllByRole("progressbar")).toHaveLength(action === "Cancel" ? 1 : 0);
});

it("exports say which project they are of, on a page that knows none", async () => {
  await open(aJob({}), aJob({ id: "Y" as ExportId, projectId: "Q" as ProjectId }));
  expect(await screen.findByText("Project P")).toBeVisible();
  expect(await screen.findByText("Project Q")).toBeVisible();
});

it("Retry asks for the same export once more", async () => {
  let body: unknown;
  server.use(
    route.post("*/projects/P/exports", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(aJob({ id: "Y" as Export["id"], state: "queued" }), { status: 202 });
    }),
  );
  await open(aJob({ state: "failed", format: "jsonl", filter: { priority: "high" } }));
  await userEvent.click(await screen.findByRole("button", { name: "Retry" }));
  await expect.poll(() => body).toEqual({ format: "jsonl", filter: { priority: "high" } });
});

it("without any export there is one thing to do", async () => {
  await open();
  expect(await screen.findByRole("button", { name: "Choose a project" })).toBeVisible();
});
