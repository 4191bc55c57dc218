import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link, Route, Routes } from "react-router";
import { expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { PageTitle } from "./page-title";

const Projects = () => <PageTitle>Projects</PageTitle>;
const Settings = () => <PageTitle>Settings</PageTitle>;

function Site() {
  return (
    <>
      <Link to="/settings">To the settings</Link>
      <Routes>
        <Route path="/" element={<Projects />} />
        <Route path="/settings" element={<Settings />} />
      </Routes>
    </>
  );
}

it("after a navigation the new page's heading has the focus and names the tab", async () => {
  renderPart(<Site />);
  expect(screen.getByRole("heading", { level: 1, name: "Projects" })).not.toHaveFocus();
  await userEvent.click(screen.getByRole("link"));
  const settings = await screen.findByRole("heading", { level: 1, name: "Settings" });
  await expect.poll(() => document.activeElement).toBe(settings);
  expect(document.title).toBe("Settings · Cumin");
});
