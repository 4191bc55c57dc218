import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { beforeEach, expect, it, vi } from "vitest";

const lost = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
const there = () => Promise.resolve({ default: () => <p>Settings</p> });

let reloads: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  sessionStorage.clear();
  reloads = vi.spyOn(location, "reload").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined); // React tells of what a boundary caught
});

/** The client as after a reload: its modules start anew, what the tab stores stays. */
async function freshPage() {
  vi.resetModules();
  const { lazyPage } = await import("./lazy-page");
  const { Region } = await import("@/components/region");
  const show = async (load: () => Promise<{ default: () => React.ReactElement }>) => {
    const Page = lazyPage(load);
    const { unmount } = render(
      <Region name="Settings">
        <Suspense fallback="loading">
          <Page />
        </Suspense>
      </Region>,
    );
    await act(async () => {
      await Promise.resolve();
    });
    return unmount;
  };
  return { show };
}

it("a page whose code is gone is loaded again, once", async () => {
  const before = await freshPage();
  const leave = await before.show(lost);
  expect(reloads).toHaveBeenCalledTimes(1);
  expect(screen.getByText("loading")).toBeInTheDocument();
  leave();

  const after = await freshPage();
  (await after.show(there))(); // the frame of the page comes, which must not count as success
  await after.show(lost);
  expect(reloads).toHaveBeenCalledTimes(1);
  expect(await screen.findByRole("alert")).toHaveTextContent("Settings could not be shown");
});

it("Retry fetches the code again", async () => {
  const { show } = await freshPage();
  (await show(lost))();
  let attempts = 0;
  await show(() => (++attempts === 1 ? lost() : there()));
  await userEvent.click(await screen.findByRole("button", { name: "Retry" }));
  expect(await screen.findByText("Settings")).toBeVisible();
  expect(attempts).toBe(2);
});

it("without a network the page is not given up for one that cannot come", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const { show } = await freshPage();
  await show(lost);
  expect(reloads).not.toHaveBeenCalled();
  expect(await screen.findByRole("alert")).toBeInTheDocument();
});

it("code that has been fetched is shown at once, and stays what it is", async () => {
  const { lazyPage } = await import("./lazy-page");
  const Page = lazyPage(there);
  const page = () => (
    <Suspense fallback="loading">
      <Page />
    </Suspense>
  );
  const slow = render(page());
  expect(screen.getByText("loading")).toBeInTheDocument();
  const shown = await screen.findByText("Settings");
  slow.rerender(page());
  expect(screen.getByText("Settings")).toBe(shown);
  slow.unmount();
  render(page());
  expect(screen.getByText("Settings")).toBeInTheDocument();
});
