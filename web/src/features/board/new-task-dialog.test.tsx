import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { aTask, projectId, sessionWith } from "@/test/values";
import NewTaskDialog from "./new-task-dialog";

const sent: { title: string; key: string | null }[] = [];
const server = setupServer(
  route.post("*/tasks", async ({ request }) => {
    const { title } = (await request.json()) as { title: string };
    sent.push({ title, key: request.headers.get("Idempotency-Key") });
    return HttpResponse.json(aTask(title, "a"), { status: 201 });
  }),
);
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => {
  sessionStorage.clear();
  sent.length = 0;
});
afterAll(() => server.close());

function show() {
  const onClose = vi.fn();
  renderPart(<NewTaskDialog project={projectId} members={[]} status="todo" onClose={onClose} />);
  return onClose;
}

it("one task is created and the dialog closes", async () => {
  const onClose = show();
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil{Enter}");
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  expect(sent.map(({ title }) => title)).toEqual(["Sow the basil"]);
});

it("with Create another the next one can be typed at once, and is another request", async () => {
  const onClose = show();
  await userEvent.click(screen.getByLabelText("Create another"));
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil{Enter}");
  await expect.poll(() => screen.getByLabelText<HTMLInputElement>("Title").value).toBe("");
  expect(screen.getByLabelText("Title")).toHaveFocus();
  await userEvent.keyboard("Sow the dill{Enter}");
  await expect.poll(() => sent.map(({ title }) => title)).toEqual(["Sow the basil", "Sow the dill"]);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  expect(onClose).not.toHaveBeenCalled();
});
