import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useState } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { session } from "@/lib/api";
import type { Comment, CommentId, TaskId } from "@/lib/api-types";
import { renderPart } from "@/test/render";
import { ada, aProject, projectId, sessionWith } from "@/test/values";
import { CommentItem } from "./comment-item";

const server = setupServer();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
beforeEach(() => sessionStorage.clear());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const comment: Comment = {
  id: "C" as CommentId,
  taskId: "T" as TaskId,
  projectId,
  author: ada.id,
  body: "Oak or stone",
  mentions: [],
  edited: false,
  version: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

/** A comment of a task that can be closed and opened again. */
function Task() {
  const [open, setOpen] = useState(true);
  return (
    <>
      <button onClick={() => setOpen(!open)}>{open ? "Close" : "Open"}</button>
      {open && <CommentItem project={aProject()} comment={comment} members={[]} canEdit />}
    </>
  );
}

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const field = () => screen.queryByRole("textbox", { name: "Edit the comment" });

async function editAndReopen(typed: string) {
  renderPart(<Task />);
  await press("Edit");
  expect(field()).toHaveFocus();
  await userEvent.keyboard(typed);
  await press("Close");
  await press("Open");
}

it("a comment whose editing was left goes on from there, without taking the focus", async () => {
  await editAndReopen(", or both");
  expect(field()).toHaveValue("Oak or stone, or both");
  expect(field()).not.toHaveFocus();
});

it("a comment that was only looked at is as it was", async () => {
  await editAndReopen("!{Backspace}");
  expect(field()).toBeNull();
  expect(screen.getByText("Oak or stone")).toBeVisible();
});

it.each([
  ["cancelled", "Cancel"],
  ["saved", "Save"],
])("nothing is left of an editing that was %s", async (_, button) => {
  server.use(route.patch("*/comments/C", () => HttpResponse.json({ ...comment, version: 2 })));
  await editAndReopen(", or both");
  await press(button);
  await expect.poll(field).toBeNull();
  await press("Close");
  await press("Open");
  expect(field()).toBeNull();
});
