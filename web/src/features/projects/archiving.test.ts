import { QueryClient } from "@tanstack/react-query";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { aProject, sessionWith } from "@/test/values";
import { setArchived } from "./archiving";

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
afterEach(() => {
  server.resetHandlers();
  for (const { key } of toasts.snapshot()) dismissToast(key);
});
afterAll(() => server.close());

const title = () => toasts.snapshot()[0]?.title;

it("tells that a project is archived, and Undo brings it back from its new version", async () => {
  const project = aProject();
  let version = project.version;
  server.use(
    route.patch("*/projects/*", async ({ request }) => {
      const change = (await request.json()) as object;
      expect(request.headers.get("If-Match")).toContain(String(version));
      return HttpResponse.json({ ...project, ...change, version: ++version });
    }),
  );
  await setArchived(new QueryClient(), project, true);
  expect(title()).toBe(`${project.name} is archived`);
  toasts.snapshot()[0]?.action?.run();
  await expect.poll(title).toBe(`${project.name} is back`);
});

it("a refusal is told too", async () => {
  server.use(
    route.patch("*/projects/*", () =>
      HttpResponse.json({ title: "No", status: 403, code: "forbidden" }, { status: 403 }),
    ),
  );
  const project = aProject();
  await setArchived(new QueryClient(), project, true);
  expect(title()).toBe(`${project.name} was not archived`);
});
