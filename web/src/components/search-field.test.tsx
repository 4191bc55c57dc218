import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useSearchParams } from "react-router";
import { expect, it } from "vitest";
import { renderPart } from "@/test/render";
import { SearchField } from "./search-field";

function Page() {
  const [params, setParams] = useSearchParams();
  const change = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    next.set(name, value);
    setParams(next);
  };
  return (
    <>
      <SearchField label="Search" value={params.get("q") ?? ""} onChange={(q) => change("q", q)} />
      <button onClick={() => change("task", "t1")}>Open a card</button>
      <output>{params.toString()}</output>
    </>
  );
}

it("keeps a card open that was opened before the typing had paused", async () => {
  renderPart(<Page />);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("Search"), "curry");
  await user.click(screen.getByRole("button", { name: "Open a card" }));
  await act(() => new Promise((paused) => setTimeout(paused, 300)));
  expect(screen.getByRole("status")).toHaveTextContent("task=t1");
  expect(screen.getByRole("status")).toHaveTextContent("q=curry");
});

it("cuts what is pasted at what can be searched for", async () => {
  renderPart(<Page />);
  const user = userEvent.setup();
  await user.click(screen.getByLabelText("Search"));
  await user.paste("x".repeat(201));
  expect(screen.getByLabelText("Search")).toHaveValue("x".repeat(200));
});
