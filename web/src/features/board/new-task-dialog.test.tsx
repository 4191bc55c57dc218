import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import { dismissToast, toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { aTask, projectId, sessionWith } from "@/test/values";
import NewTaskDialog from "./new-task-dialog";

const sent: { title: string; key: string | null }[] = [];
/** What the server waits for before it answers. */
let answered: Promise<void>;
const server = setupServer(
  route.post("*/tasks", async ({ request }) => {
    const { title } = (await request.json()) as { title: string };
    sent.push({ title, key: request.headers.get("Idempotency-Key") });
    await answered;
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
  answered = Promise.resolve();
});
afterEach(() => {
  server.resetHandlers();
  for (const { key } of toasts.snapshot()) dismissToast(key);
});
afterAll(() => server.close());

const onOpen = vi.fn();

function show(path = "/") {
  const onClose = vi.fn();
  renderPart(
    <NewTaskDialog project={projectId} members={[]} status="todo" onClose={onClose} onOpen={onOpen} />,
    { path },
  );
  return onClose;
}

it("one task is created and the dialog closes", async () => {
  const onClose = show();
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil{Enter}");
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  expect(sent.map(({ title }) => title)).toEqual(["Sow the basil"]);
});

it("one that the page's filters hide is told of, with the way to it", async () => {
  const onClose = show("/?priority=high");
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil{Enter}");
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  const [told] = toasts.snapshot();
  expect([told?.title, told?.text]).toEqual(["CUM-1 is created", "The filters hide it."]);
  told?.action?.run();
  expect(onOpen).toHaveBeenCalledExactlyOnceWith("Sow the basil");
});

it("one that the page shows is seen there, and no toast tells of it", async () => {
  const onClose = show("/?priority=none");
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil{Enter}");
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  expect(toasts.snapshot()).toEqual([]);
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

it.each([
  ["two presses of Enter", () => userEvent.keyboard("{Enter}{Enter}")],
  ["a double click", () => userEvent.dblClick(screen.getByRole("button", { name: "Create task" }))],
  [
    "two submits before the page answers the first",
    () => {
      const form = screen.getByLabelText<HTMLInputElement>("Title").form;
      if (!form) throw new Error("the field has no form");
      fireEvent.submit(form);
      fireEvent.submit(form);
      return Promise.resolve();
    },
  ],
])("%s create one task", async (_name, submitTwice) => {
  const onClose = show();
  let answer: () => void = () => undefined;
  answered = new Promise((resolve) => (answer = resolve));
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil");
  await submitTwice();
  answer();
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  expect(sent.map(({ title }) => title)).toEqual(["Sow the basil"]);
});

it("a refused task is said in short and at its fields, and the first of them has the focus", async () => {
  server.use(
    route.post("*/tasks", () =>
      HttpResponse.json(
        {
          title: "Invalid fields",
          detail: "Two fields are not valid.",
          status: 422,
          code: "invalid_fields",
          errors: [
            { pointer: "/labels/0", message: "A label has 40 characters at most." },
            { pointer: "/description", message: "This is too long." },
          ],
        },
        { status: 422 },
      ),
    ),
  );
  show();
  await userEvent.type(screen.getByLabelText("Title"), "Sow the basil");
  await userEvent.click(screen.getByRole("button", { name: "Create task" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Two fields are not valid.");
  expect(screen.getByLabelText(/^Description/)).toHaveAccessibleDescription(/This is too long\./);
  expect(screen.getByLabelText(/^Labels/)).toHaveAccessibleDescription(/A label has 40 characters at most\./);
  expect(screen.getByLabelText(/^Description/)).toHaveFocus();
});

it("an empty title is refused at its field, which has the focus, and nothing is sent", async () => {
  show();
  screen.getByLabelText(/^Description/).focus();
  await userEvent.click(screen.getByRole("button", { name: "Create task" }));
  expect(screen.getByLabelText("Title")).toHaveFocus();
  expect(screen.getByLabelText("Title")).toHaveAccessibleDescription("Fill in the title.");
  expect(sent).toEqual([]);
});
