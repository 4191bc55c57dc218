import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { lazyPage } from "@/lib/lazy-page";
import { renderPart } from "@/test/render";
import { Dialog } from "./dialog";
import { Opened } from "./opened";

let broken: boolean;

beforeEach(() => {
  broken = true;
  vi.spyOn(console, "error").mockImplementation(() => undefined); // React tells of what a boundary caught
});

function Words() {
  if (broken) throw new Error("no words");
  return <p>Words</p>;
}

function Page({ inDialog = false }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>Open</button>
      <Opened onClose={close}>
        {open &&
          (inDialog ? (
            <Dialog title="About" open onClose={close}>
              <Words />
            </Dialog>
          ) : (
            <Words />
          ))}
      </Opened>
    </>
  );
}

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

it("what does not open can be tried again", async () => {
  renderPart(<Page />);
  await press("Open");
  expect(screen.getByRole("alert")).toHaveTextContent("This did not open");
  broken = false;
  await press("Retry");
  expect(screen.getByText("Words")).toBeVisible();
});

it("what does not open can be left, and opened later", async () => {
  renderPart(<Page />);
  await press("Open");
  await press("Leave it");
  expect(screen.queryByRole("alert")).toBeNull();
  broken = false;
  await press("Open");
  expect(screen.getByText("Words")).toBeVisible();
});

it("a dialog whose content breaks stays open, with a Retry and its Close", async () => {
  renderPart(<Page inDialog />);
  await press("Open");
  expect(screen.getByRole("dialog", { name: "About" })).toHaveTextContent("About could not be shown");
  broken = false;
  await press("Retry");
  expect(screen.getByText("Words")).toBeVisible();
  await press("Close");
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("what is typed while it is fetched is typed into it, and is no shortcut", async () => {
  const heard = vi.fn();
  addEventListener("keydown", heard);
  const typed = vi.fn<(title: string) => void>();
  const NewTask = () => (
    <Dialog title="New task" open onClose={vi.fn()}>
      <input aria-label="Title" onChange={(event) => typed(event.target.value)} />
    </Dialog>
  );
  let come: (code: { default: typeof NewTask }) => void = () => undefined;
  const Late = lazyPage(() => new Promise<{ default: typeof NewTask }>((resolve) => (come = resolve)));
  renderPart(
    <Opened onClose={vi.fn()}>
      <Late />
    </Opened>,
  );
  await userEvent.keyboard("tea");
  act(() => come({ default: NewTask }));
  const title = await screen.findByLabelText("Title");
  await expect.poll(() => typed.mock.calls).toEqual([["tea"]]);
  expect(heard).not.toHaveBeenCalled();
  await userEvent.keyboard("s");
  expect(title).toHaveValue("teas");
  removeEventListener("keydown", heard);
});
