import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link, Navigate, Route, Routes } from "react-router";
import { expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { PageTitle } from "./page-title";

const Projects = () => <PageTitle>Projects</PageTitle>;
const Settings = () => <PageTitle>Settings</PageTitle>;

function Site() {
  return (
    <>
      <Link to="/settings">To the settings</Link>
      <Link to="/settings" replace>
        Into its place
      </Link>
      <Routes>
        <Route path="/" element={<Projects />} />
        <Route path="/settings" element={<Settings />} />
        <Route path="/first" element={<Navigate to="/" replace />} />
      </Routes>
    </>
  );
}

const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

// Before the others: whether a page was shown before is known for as long as the tab is open.
it("the first page leaves the focus alone, whichever address led to it", async () => {
  renderPart(<Site />, { path: "/first" });
  await heading("Projects");
  expect(document.body).toHaveFocus();
});

it("after a navigation the new page's heading has the focus and names the tab", async () => {
  renderPart(<Site />);
  expect(screen.getByRole("heading", { level: 1, name: "Projects" })).not.toHaveFocus();
  await userEvent.click(screen.getByRole("link", { name: "To the settings" }));
  const settings = await heading("Settings");
  await expect.poll(() => document.activeElement).toBe(settings);
  expect(document.title).toBe("Settings · Cumin");
});

it("a page in another's place leaves the focus to what has it", async () => {
  renderPart(<Site />);
  const link = screen.getByRole("link", { name: "Into its place" });
  await userEvent.click(link);
  await heading("Settings");
  expect(link).toHaveFocus();
});
