import { act, render, screen } from "@testing-library/react";
import { lazy, Suspense } from "react";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, expect, it } from "vitest";
import { PageTitle } from "@/components/page-title";
import { session } from "@/lib/api";
import { sessionWith } from "@/test/values";
import { localPath, PublicOnly } from "./guards";

afterEach(() => session.leave());

const Projects = lazy(() => new Promise<never>(() => undefined)); // its code is on the way

it("who has signed in sees the frame of the next page while its code is on the way", async () => {
  session.leave();
  render(
    <MemoryRouter initialEntries={["/login"]}>
      <Suspense fallback={<p>Nothing was there before</p>}>
        <Routes>
          <Route element={<PublicOnly />}>
            <Route path="/login" element={<h1>Sign in</h1>} />
          </Route>
          <Route path="/projects" element={<Projects />} />
        </Routes>
      </Suspense>
    </MemoryRouter>,
  );
  expect(screen.getByRole("heading", { name: "Sign in" })).toBeVisible();
  session.signIn(sessionWith("token"));
  expect(await screen.findByRole("status", { name: "Loading" })).toBeVisible();
});

it("the heading of the page that one signed in to has the focus", async () => {
  session.leave();
  render(
    <MemoryRouter initialEntries={["/login"]}>
      <Routes>
        <Route element={<PublicOnly />}>
          <Route
            path="/login"
            element={
              <>
                <PageTitle>Sign in</PageTitle>
                <input />
              </>
            }
          />
        </Route>
        <Route path="/projects" element={<PageTitle>Projects</PageTitle>} />
      </Routes>
    </MemoryRouter>,
  );
  screen.getByRole("textbox").focus();
  act(() => session.signIn(sessionWith("token")));
  expect(await screen.findByRole("heading", { name: "Projects" })).toHaveFocus();
});

it.each([
  ["/projects/P?task=T", "/projects/P?task=T"],
  [null, "/projects"],
  ["//example.org", "/projects"],
  ["/\\example.org", "/projects"],
  ["https://example.org", "/projects"],
])("after signing in with next=%s one is at %s", (next, path) => expect(localPath(next)).toBe(path));
