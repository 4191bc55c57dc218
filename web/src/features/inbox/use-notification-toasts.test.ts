import { expect, it } from "vitest";
import { isShown } from "./use-notification-toasts";

it.each([
  ["the board that is open", "/projects/P", "/projects/P", true],
  ["its list", "/projects/P", "/projects/P/list", true],
  ["a task of that board", "/projects/P?task=T", "/projects/P", false],
  ["another project", "/projects/Q", "/projects/P", false],
  ["a project, from the settings", "/projects/P", "/settings", false],
])("a message about %s", (_what, to, pathname, shown) => expect(isShown(to, pathname)).toBe(shown));
