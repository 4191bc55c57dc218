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

/** A dialog with a field in a form, whose code comes when `come` is called. */
function late() {
  const sent = vi.fn<(title: string) => void>();
  const typed = vi.fn<(title: string) => void>();
  const onClose = vi.fn();
  const NewTask = () => {
    const [title, setTitle] = useState("");
    return (
      <Dialog title="New task" open onClose={onClose}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            sent(title);
          }}
        >
          <input
            aria-label="Title"
            value={title}
            onChange={(event) => {
              typed(event.target.value);
              setTitle(event.target.value);
            }}
          />
        </form>
      </Dialog>
    );
  };
  let resolve: (code: { default: typeof NewTask }) => void = () => undefined;
  const Late = lazyPage(() => new Promise<{ default: typeof NewTask }>((come) => (resolve = come)));
  const open = () =>
    renderPart(
      <Opened onClose={onClose}>
        <Late />
      </Opened>,
    );
  const come = async () => {
    act(() => resolve({ default: NewTask }));
    return screen.findByLabelText("Title");
  };
  return { open, come, sent, typed, onClose };
}

it("what is typed while it is fetched is typed into it, and does nothing to the page", async () => {
  const heard = vi.fn();
  addEventListener("keydown", heard);
  const { open, come, typed, sent } = late();
  open();
  await userEvent.keyboard("{Enter}text{Backspace}{Backspace}a{Tab}{ArrowDown}");
  const title = await come();
  await expect.poll(() => typed.mock.calls).toEqual([["tea"]]);
  expect(heard).not.toHaveBeenCalled();
  await userEvent.keyboard("s");
  expect(title).toHaveValue("teas");
  expect(sent).not.toHaveBeenCalled();
  removeEventListener("keydown", heard);
});

it("Enter behind what was typed sends it, once", async () => {
  const { open, come, sent } = late();
  open();
  await userEvent.keyboard("tea{Enter}{Enter}more");
  await come();
  await expect.poll(() => sent.mock.calls).toEqual([["tea"]]);
});

it("Escape calls off what is still on its way", async () => {
  const { open, onClose } = late();
  open();
  await userEvent.keyboard("tea{Escape}");
  expect(onClose).toHaveBeenCalledOnce();
});
