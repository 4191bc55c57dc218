import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useLocation } from "react-router";
import { afterAll, beforeAll, expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { aProject } from "@/test/values";
import ActivityPanel from "./activity-panel";

const entry = { id: "E", type: "task.created", at: "2026-01-01T00:00:00.000Z", actorName: "Bo", number: 7 };
const server = setupServer(
  route.get("*/projects/P/activity", () => HttpResponse.json({ items: [{ ...entry, taskId: "T" }] })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

function Address() {
  const { pathname, search } = useLocation();
  return <output data-testid="address">{pathname + search}</output>;
}

it("a task is opened over the page as it is filtered and ordered", async () => {
  renderPart(
    <>
      <Address />
      <ActivityPanel project={aProject()} members={[]} onClose={() => undefined} />
    </>,
    { path: "/projects/P/list?priority=high&sort=title&task=S" },
  );
  await userEvent.click(await screen.findByRole("link", { name: "LAU-7" }));
  await expect
    .poll(() => screen.getByTestId("address").textContent)
    .toBe("/projects/P/list?priority=high&sort=title&task=T");
});
