import { QueryClient } from "@tanstack/react-query";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useLocation } from "react-router";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { sessionWith } from "@/test/values";
import TopBarTools from "./top-bar-tools";

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const anExport = (state: string, change: object = {}) => ({
  id: "X",
  projectId: "P",
  format: "jsonl",
  filter: { priority: "high" },
  state,
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

const failure = {
  id: "N",
  seq: 1,
  kind: "export.failed",
  projectId: "P",
  data: { exportId: "X", projectName: "Launch", error: "The file grew too large." },
  at: "2026-01-01T00:00:00Z",
  read: false,
};

function Address() {
  return <output aria-label="Address">{useLocation().pathname}</output>;
}

async function openInbox({ exports = [], news = [] }: { exports?: object[]; news?: object[] } = {}) {
  server.use(
    route.get("*/exports", () => HttpResponse.json({ items: exports })),
    route.get("*/notifications/unread-count", () => HttpResponse.json({ seq: 1, unread: news.length })),
    route.get("*/notifications", () => HttpResponse.json({ items: news, seq: 1, unread: news.length })),
  );
  renderPart(
    <>
      <TopBarTools />
      <Address />
    </>,
    { client: new QueryClient({ defaultOptions: { queries: { retry: false } } }) },
  );
  await userEvent.click(await screen.findByRole("button", { name: /^Notifications/ }));
  return within(await screen.findByRole("dialog", { name: "Inbox" }));
}

it("an empty inbox says what will be in it, and leads to the choice of that", async () => {
  const inbox = await openInbox();
  expect(await inbox.findByRole("heading", { name: "All quiet" })).toBeVisible();
  await userEvent.click(inbox.getByRole("link", { name: "Choose what you hear of" }));
  expect(screen.getByLabelText("Address")).toHaveTextContent("/settings");
  expect(screen.queryByRole("dialog")).toBeNull();
});

it.each([
  ["without any news", []],
  ["above the news", [failure]],
])("an export under way shows its progress in the inbox, %s", async (_where, news) => {
  const inbox = await openInbox({ exports: [anExport("running")], news });
  const underWay = within(await inbox.findByRole("list", { name: "Exports under way" }));
  expect(underWay.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "40");
  expect(underWay.getByText(/40 of about 100 tasks/)).toBeVisible();
  expect(inbox.queryAllByText("Your export failed")).toHaveLength(news.length);
});

it("a failed export says why in the inbox, and Retry asks for the same once more", async () => {
  let body: unknown;
  server.use(
    route.post("*/projects/P/exports", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(anExport("queued", { id: "Y" }), { status: 202 });
    }),
  );
  const inbox = await openInbox({ exports: [anExport("failed")], news: [failure] });
  expect(await inbox.findByText("Launch. The file grew too large.")).toBeVisible();
  await userEvent.click(await inbox.findByRole("button", { name: "Retry" }));
  await expect.poll(() => body).toEqual({ format: "jsonl", filter: { priority: "high" } });
});

it("the failure of an export that runs again by now has no Retry", async () => {
  const inbox = await openInbox({ exports: [anExport("running")], news: [failure] });
  expect(await inbox.findByText("Your export failed")).toBeVisible();
  expect(inbox.queryByRole("button", { name: "Retry" })).toBeNull();
});
