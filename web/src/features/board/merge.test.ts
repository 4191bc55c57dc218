import { describe, expect, it } from "vitest";
import type { NewTask } from "@/lib/api-types";
import { aTask } from "@/test/values";
import { changedFields, conflictingFields } from "./merge";

const base = aTask("a", "1", { title: "Base", labels: ["one"] });

describe("two people edit one task", () => {
  it.each<[string, Partial<NewTask>, Partial<NewTask>, string[]]>([
    ["different fields: nothing to ask", { title: "Mine" }, { due: "2026-05-01" }, []],
    ["the same field: ask", { title: "Mine" }, { title: "Theirs" }, ["title"]],
    ["the same field to the same value: nothing to ask", { title: "Both" }, { title: "Both" }, []],
    ["labels differ: ask", { labels: ["two"] }, { labels: ["three"] }, ["labels"]],
    ["the same status: nothing to ask", { status: "done" }, { status: "done" }, []],
    ["another status: ask", { status: "done" }, { status: "in_progress" }, ["status"]],
    ["they changed back and forth: nothing to ask", { title: "Mine" }, { title: "Base" }, []],
  ])("%s", (_name, mine, theirs, want) => {
    expect(conflictingFields(base, mine, { ...base, ...theirs, version: 2 })).toEqual(want);
  });
});

it("only what differs is sent", () => {
  expect(changedFields(base, { ...base, title: "New", labels: ["one"] })).toEqual({ title: "New" });
});
