import { expect, it } from "vitest";
import type { Notification } from "@/lib/api-types";
import { told } from "./words";

const notification = (kind: string, data?: Record<string, unknown>) =>
  ({
    seq: 1,
    id: "N",
    kind,
    projectId: "P",
    at: "",
    read: false,
    ...(data && { data }),
  }) as unknown as Notification;

it.each<[string, Notification, object]>([
  [
    "a finished export can be downloaded",
    notification("export.succeeded", { exportId: "X", projectName: "Launch" }),
    { title: "Your export is ready", download: "X", tone: "success" },
  ],
  [
    "a failed export says why",
    notification("export.failed", { projectName: "Launch", error: "Too long." }),
    { text: "Launch. Too long.", tone: "error" },
  ],
  [
    "an assigned task leads to it",
    notification("task.assigned", {
      taskId: "T",
      projectKey: "WS",
      number: 12,
      title: "Fix it",
      actorName: "Bo",
    }),
    { title: "Bo assigned WS-12 to you", text: "Fix it", to: "/projects/P?task=T" },
  ],
  [
    "a mention from before projects had keys has the old name",
    notification("task.mentioned", { taskId: "T", number: 12, actorName: "Bo" }),
    { title: "Bo mentioned you in CUM-12" },
  ],
  [
    "a role is named",
    notification("member.role_changed", { projectName: "Launch", role: "editor" }),
    { title: "Your role in Launch changed", text: "You are an editor." },
  ],
  [
    "missing data still makes a sentence",
    notification("task.assigned"),
    { title: "A task was assigned to you", to: "/projects/P" },
  ],
  ["an unknown kind is admitted", notification("task.sung"), { title: "Something happened in Cumin" }],
])("%s", (_name, given, want) => {
  expect(told(given)).toMatchObject(want);
});
