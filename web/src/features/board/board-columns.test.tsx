import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, useQuery } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import type { TaskId } from "@/lib/api-types";
import { boardQuery, updateBoards } from "@/lib/board/board-query";
import { boardFrom, withTalk, withTask } from "@/lib/board/board-state";
import { toasts } from "@/lib/toast/toasts";
import { renderPart } from "@/test/render";
import { aProject, aTask, projectId } from "@/test/values";
import { BoardColumns } from "./board-columns";

const rendered = vi.hoisted(() => [] as string[]);

// Every card renders its due date: counting those counts the cards.
vi.mock("./due", () => ({
  Due: ({ date }: { date: string }) => {
    rendered.push(date);
    return null;
  },
}));

const cards = Array.from({ length: 400 }, (_, n) =>
  aTask(`t${n}`, String(n).padStart(4, "0"), { due: `day ${n}`, number: n }),
);
const nothing = vi.fn();
let client: QueryClient;

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(
    boardQuery(projectId).queryKey,
    boardFrom({ project: aProject(), seq: 1, members: [], columns: [{ status: "todo", items: cards }] }),
  );
});

function Board() {
  const { data } = useQuery(boardQuery(projectId));
  return data && <BoardColumns board={data} canEdit loading={false} onOpen={nothing} onCreate={nothing} />;
}

it("puts only the cards in view into the page", () => {
  renderPart(<Board />, { client });
  expect(screen.getAllByRole("listitem").length).toBeLessThan(30);
});

it.each([
  ["a changed title", aTask("t3", "0003", { title: "New words", version: 2, due: "day 3" })],
  ["a move to another column", aTask("t3", "0003", { status: "done", version: 2, due: "day 3" })],
])("%s re-renders at most two cards", async (_name, task) => {
  renderPart(<Board />, { client });
  rendered.length = 0;
  await act(async () => {
    updateBoards(client, projectId, (state) => withTask(state, task));
    await new Promise((told) => setTimeout(told)); // the cache tells its readers a task later
  });
  expect(client.getQueryData(boardQuery(projectId).queryKey)?.columns[task.status].items).toContainEqual(
    task,
  );
  // A card that came into view at the column's end is one of them.
  expect(new Set(rendered).size).toBeLessThanOrEqual(2);
  expect(rendered).toContain("day 3");
});

it("says on a card how many comments there are, and nothing of none", () => {
  updateBoards(client, projectId, (state) =>
    withTalk(state, { id: cards[1]?.id as TaskId, comments: 2, talkVersion: 3 }),
  );
  renderPart(<Board />, { client });
  expect(screen.getAllByTitle(/comment/).map(({ textContent }) => textContent)).toEqual(["22 comments"]);
});

it("opens a card under the name of its task", () => {
  renderPart(<Board />, { client });
  expect(screen.getByRole("button", { name: "t0" })).toHaveAttribute("tabindex", "0");
  expect(screen.getByRole("button", { name: "t1" })).toHaveAttribute("tabindex", "-1");
  expect(document.querySelector(`[data-task="${"t0" as TaskId}"]`)).toBeVisible();
});

it("offline, Space on a card says that nothing can be moved, and does not open it", async () => {
  const offline = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  renderPart(<Board />, { client });
  screen.getByRole("button", { name: "t0" }).focus();
  await userEvent.keyboard(" ");
  expect(toasts.snapshot().map(({ title }) => title)).toEqual(["Nothing can be moved now"]);
  expect(nothing).not.toHaveBeenCalled();
  offline.mockRestore();
});
