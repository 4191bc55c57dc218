import { describe, expect, it } from "vitest";
import type { NewTask } from "@/lib/api-types";
import { aTask } from "@/test/values";
import { changedFields, conflictingFields, follow } from "./merge";

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

describe("a form that is open while somebody else saves", () => {
  const theirs = { ...base, title: "Theirs", status: "done" as const, version: 5 };

  it("follows in what nobody touched here", () => {
    expect(follow({ base, edited: base }, theirs)).toEqual({ base: theirs, edited: theirs });
  });

  it("keeps what was touched, and saves it over the newest version", () => {
    const edited = { ...base, due: "2026-05-01" };
    const form = follow({ base, edited }, theirs);
    expect(form.edited).toMatchObject({ title: "Theirs", status: "done", due: "2026-05-01" });
    expect(form.base.version).toBe(5);
    expect(changedFields(form.base, form.edited)).toEqual({ due: "2026-05-01" });
  });

  it("leaves a conflict to be found by saving, whatever comes after it", () => {
    const once = follow({ base, edited: { ...base, title: "Mine" } }, theirs);
    const later = { ...theirs, due: "2026-05-01", version: 6 };
    const { base: from, edited } = follow(once, later);
    expect(edited).toMatchObject({ title: "Mine", due: "2026-05-01" });
    expect(from.version).toBe(base.version);
    expect(conflictingFields(from, changedFields(from, edited), later)).toEqual(["title"]);
  });

  it("does not go back to what it has seen pass", () => {
    const form = { base: theirs, edited: theirs };
    expect(follow(form, { ...base, version: 4 })).toEqual(form);
  });

  it("has no conflict left when they take theirs back", () => {
    const once = follow({ base, edited: { ...base, title: "Mine" } }, theirs);
    expect(follow(once, { ...base, version: 6 }).base.version).toBe(6);
  });
});
