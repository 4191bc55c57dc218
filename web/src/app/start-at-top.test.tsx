import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link, useLocation, useNavigate } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";
import { session } from "@/lib/api";
import { renderPart } from "@/test/render";
import { App } from "./app";
import { StartAtTop } from "./start-at-top";

const scrollTo = vi.fn();
beforeEach(() => {
  scrollTo.mockReset();
  vi.spyOn(window, "scrollTo").mockImplementation(scrollTo);
});

function Site() {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  return (
    <>
      <StartAtTop />
      <output>{pathname + search}</output>
      <Link to="/settings">Settings</Link>
      <Link to="/projects" replace>
        Deleted
      </Link>
      <Link to="?task=T">Open a task</Link>
      <button onClick={() => void navigate(-1)}>Back</button>
    </>
  );
}

async function walk(...steps: [press: string, address: string][]) {
  renderPart(<Site />, { path: "/projects?q=basil" });
  for (const [press, address] of steps) {
    scrollTo.mockReset();
    await userEvent.click(screen.getByText(press));
    await expect.poll(() => screen.getByRole("status").textContent).toBe(address);
  }
}

it("another page starts at its top", async () => {
  session.leave();
  window.history.replaceState(null, "", "/login");
  render(<App />);
  await userEvent.click(await screen.findByRole("link", { name: "Create an account" }));
  await screen.findByRole("heading", { level: 1, name: "Create an account" });
  expect(scrollTo.mock.calls).toEqual([[0, 0]]);
});

it("a page in place of another starts at its top", async () => {
  await walk(["Settings", "/settings"], ["Deleted", "/projects"]);
  expect(scrollTo.mock.calls).toEqual([[0, 0]]);
});

it("the first page is where the browser scrolls it", async () => {
  await walk();
  expect(scrollTo).not.toHaveBeenCalled();
});

it("a page gone back to is where the browser scrolls it, also when a task is opened there", async () => {
  await walk(["Settings", "/settings"], ["Back", "/projects?q=basil"]);
  expect(scrollTo).not.toHaveBeenCalled();
  await userEvent.click(screen.getByText("Open a task"));
  await expect.poll(() => screen.getByRole("status").textContent).toBe("/projects?task=T");
  expect(scrollTo).not.toHaveBeenCalled();
});
