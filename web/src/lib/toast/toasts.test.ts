import { afterEach, expect, it } from "vitest";
import { dismissToast, exportKey, toast, toasts, toastUnlessTold } from "./toasts";

const titles = () => toasts.snapshot().map(({ title }) => title);
afterEach(() => toasts.snapshot().forEach(({ key }) => dismissToast(key)));

const started = { key: exportKey("E"), tone: "info", title: "Export started" } as const;
const ready = { key: exportKey("E"), tone: "success", title: "Your export is ready" } as const;

it("lets an export's end take the place of its beginning", () => {
  toastUnlessTold(started);
  toast(ready);
  expect(titles()).toEqual(["Your export is ready"]);
});

it("does not tell a beginning after the end", () => {
  toast(ready);
  toastUnlessTold(started);
  expect(titles()).toEqual(["Your export is ready"]);
});
