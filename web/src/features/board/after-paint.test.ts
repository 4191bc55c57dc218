import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { afterPaint } from "./after-paint";

const done: string[] = [];
const note = (what: string) => () => void done.push(what);

beforeEach(() => {
  done.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("waits for the frame, and then keeps the order", () => {
  afterPaint(note("first"));
  afterPaint(note("second"));
  requestAnimationFrame(note("frame"));
  vi.advanceTimersToNextFrame();
  expect(done).toEqual(["frame"]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["frame", "first", "second"]);
});

it("leaves out what was called off", () => {
  const callOff = afterPaint(note("first"));
  afterPaint(note("second"));
  callOff();
  vi.runAllTimers();
  expect(done).toEqual(["second"]);
});

it("is done once in a page that is not painted", () => {
  vi.stubGlobal("requestAnimationFrame", () => 1);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  afterPaint(note("first"));
  vi.runAllTimers();
  afterPaint(note("second"));
  vi.runAllTimers();
  expect(done).toEqual(["first", "second"]);
  vi.unstubAllGlobals();
});

it("goes on after work that failed, and reports it", () => {
  const report = vi.fn();
  vi.stubGlobal("reportError", report);
  const error = new Error("broken");
  afterPaint(() => {
    throw error;
  });
  afterPaint(note("second"));
  vi.runAllTimers();
  expect(report).toHaveBeenCalledWith(error);
  expect(done).toEqual(["second"]);
  vi.unstubAllGlobals();
});
