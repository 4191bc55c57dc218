import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it } from "vitest";
import type { UserId } from "@/lib/api-types";
import { ada, projectId } from "@/test/values";
import { type Gone, goneQuery, hearLeft, setGone, tellLeft } from "./gone";

const grace = "GRACE" as UserId;
const other = new BroadcastChannel("cumin-left");
afterEach(() => {
  other.onmessage = null;
});

const told = (client: QueryClient) => client.getQueryData(goneQuery(projectId).queryKey);

it.each<[string, Gone[], Gone]>([
  [
    "left, then the event",
    [{ how: "removed", by: ada.id }, { how: "removed" }],
    { how: "removed", by: ada.id },
  ],
  [
    "the event, then left",
    [{ how: "removed" }, { how: "removed", by: ada.id }],
    { how: "removed", by: ada.id },
  ],
  [
    "deleted by Grace, then everybody leaves it",
    [
      { how: "deleted", by: grace },
      { how: "removed", by: grace },
    ],
    { how: "deleted", by: grace },
  ],
  ["removed, then deleted", [{ how: "removed" }, { how: "deleted" }], { how: "deleted" }],
])("of what is told of a project the fullest word stands: %s", (_what, news, want) => {
  const client = new QueryClient();
  for (const gone of news) setGone(client, projectId, gone);
  expect(told(client)).toEqual(want);
});

it("the tab in which Leave was pressed says so to itself and to the others", async () => {
  const client = new QueryClient();
  const heard = new Promise((resolve) => {
    other.onmessage = ({ data }) => resolve(data);
  });
  tellLeft(client, projectId, ada.id);
  expect(told(client)).toEqual({ how: "removed", by: ada.id });
  expect(await heard).toEqual({ project: projectId, by: ada.id });
});

it("another tab hears it", async () => {
  const client = new QueryClient();
  hearLeft(client);
  other.postMessage({ project: projectId, by: ada.id });
  await expect.poll(() => told(client)).toEqual({ how: "removed", by: ada.id });
});
