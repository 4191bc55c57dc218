import { describe, expect, it } from "vitest";
import type { Member, UserId } from "@/lib/api-types";
import { askedAt, candidates, toMarkup, toText } from "./mentions";

const member = (name: string, id: string): Member => ({
  userId: id.padEnd(26, "0") as UserId,
  name,
  role: "editor",
  version: 1,
  joinedAt: "2026-01-01T00:00:00.000Z",
});

const ann = member("Ann", "01A");
const annLee = member("Ann Lee", "01L");
const all = [ann, annLee, member("Grace Okafor", "01G")];

describe("what is sent", () => {
  it.each([
    ["names the person", "ask @Ann about it", `ask @[Ann](${ann.userId}) about it`],
    ["takes the longer of two names", "@Ann Lee knows", `@[Ann Lee](${annLee.userId}) knows`],
    ["leaves other names alone", "@Annette knows, @Bob too", "@Annette knows, @Bob too"],
    ["leaves addresses alone", "mail me@Ann", "mail me@Ann"],
    ["keeps what is sent already", "nothing", "nothing"],
  ])("%s", (_name, text, want) => expect(toMarkup(text, all)).toBe(want));

  it("reads the same when it is edited again", () => {
    const text = "cc @Grace Okafor, @Ann.";
    expect(toText(toMarkup(text, all))).toBe(text);
  });
});

describe("people are suggested", () => {
  it.each<[string, string, string | undefined]>([
    ["after an @", "hello @", ""],
    ["while the name is typed", "hello @gra", "gra"],
    ["over the space in a name", "hello @Grace Ok", "Grace Ok"],
    ["not in an address", "me@example", undefined],
    ["not without an @", "hello", undefined],
    ["not once the sentence goes on", "@Ann, and then", undefined],
  ])("%s", (_name, text, typed) => expect(askedAt(text, text.length)?.typed).toBe(typed));

  it("by any word of their name", () => {
    expect(candidates(all, "oka").map(({ name }) => name)).toEqual(["Grace Okafor"]);
  });
});
