import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "@/lib/api-types";
import { ApiError } from "@/lib/http/api-error";
import { Bus, Locks } from "@/test/tabs";
import { ada, sessionWith } from "@/test/values";
import { SessionManager } from "./session-manager";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const refused = (code: string) => new ApiError(401, code, code);
const busy = (status: number, retryAfter?: number) =>
  new ApiError(status, "busy", "busy", undefined, retryAfter);

interface Shared {
  bus?: Bus;
  locks?: Locks;
}

/** A tab whose refreshes are answered by `answer`, called with their number. */
function openTab(
  answer: (nth: number) => Session | Promise<Session>,
  { bus = new Bus(), locks }: Shared = {},
) {
  let refreshes = 0;
  const logout = vi.fn(() => Promise.resolve());
  const session = new SessionManager({
    refresh: async () => answer(++refreshes),
    logout,
    locks,
    channel: bus.channel(),
    now: () => performance.now(),
    random: () => 0.5,
  });
  return { session, logout, refreshes: () => refreshes };
}

const always = (nth: number) => sessionWith(`token-${nth}`);

function failing(...failures: ApiError[]) {
  return (nth: number) => {
    const failure = failures[nth - 1];
    if (failure) throw failure;
    return always(nth);
  };
}

describe("at start-up", () => {
  it("a cookie becomes a session", async () => {
    const { session } = openTab(always);
    await session.start();
    expect(session.state).toEqual({ phase: "signed-in", user: ada });
    expect(session.token).toBe("token-1");
  });

  it("no cookie leads to the sign-in page", async () => {
    const { session } = openTab(failing(refused("refresh_invalid")));
    await session.start();
    expect(session.state.phase).toBe("signed-out");
  });

  it("a server that does not answer signs nobody out", async () => {
    const { session } = openTab(() => {
      throw busy(0);
    });
    const started = session.start();
    await vi.advanceTimersByTimeAsync(60_000);
    await started;
    expect(session.state).toEqual({ phase: "starting", trouble: true });
  });
});

describe("a refresh that is not answered", () => {
  it.each([
    ["too many requests", busy(429)],
    ["a server fault", busy(503)],
    ["no network", busy(0)],
  ])("is tried again after %s, and the session stays", async (_name, failure) => {
    const { session, refreshes } = openTab(failing(failure, failure));
    session.signIn(sessionWith("token-0"));
    const token = session.refresh("token-0");
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(token).resolves.toBe("token-3");
    expect(refreshes()).toBe(3);
    expect(session.state.phase).toBe("signed-in");
  });

  it("waits as long as the server asks", async () => {
    const { session, refreshes } = openTab(failing(busy(429, 7_000)));
    session.signIn(sessionWith("token-0"));
    const token = session.refresh("token-0");
    await vi.advanceTimersByTimeAsync(6_900);
    expect(refreshes()).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    await expect(token).resolves.toBe("token-2");
  });

  it("is given up after 30 seconds without ending the session", async () => {
    const { session } = openTab(() => {
      throw busy(503);
    });
    session.signIn(sessionWith("token-0"));
    const token = expect(session.refresh("token-0")).rejects.toMatchObject({ status: 503 });
    await vi.advanceTimersByTimeAsync(31_000);
    await token;
    expect(session.state.phase).toBe("signed-in");
  });
});

describe("ahead of time", () => {
  it("the token is replaced at four fifths of its life", async () => {
    const { session, refreshes } = openTab(always);
    session.signIn(sessionWith("token-0", 100));
    await vi.advanceTimersByTimeAsync(79_900);
    expect(refreshes()).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(session.token).toBe("token-1");
  });

  it("a laptop that slept past the time catches up when it wakes", async () => {
    const { session } = openTab(always);
    session.signIn(sessionWith("token-0", 100));
    // The clock moves, the timers do not: that is what a sleep looks like.
    const at = performance.now() + 90_000;
    vi.spyOn(performance, "now").mockReturnValue(at);
    session.catchUp();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.token).toBe("token-1");
  });

  it("a new token for the same person changes no state that is rendered", async () => {
    const { session } = openTab(always);
    session.signIn(sessionWith("token-0"));
    const before = session.state;
    await session.refresh("token-0");
    expect(session.state).toBe(before);
  });
});

describe("several tabs", () => {
  it("whose timers fire together make one refresh", async () => {
    const shared = { bus: new Bus(), locks: new Locks() };
    const tabs = Array.from({ length: 5 }, () => openTab(always, shared));
    tabs.forEach(({ session }) => session.signIn(sessionWith("token-0", 100)));
    await vi.advanceTimersByTimeAsync(81_000);
    expect(tabs.reduce((sum, tab) => sum + tab.refreshes(), 0)).toBe(1);
    expect(new Set(tabs.map(({ session }) => session.token))).toEqual(new Set(["token-1"]));
  });

  it("one of which comes late and is slow to hear makes no second refresh", async () => {
    const shared = { bus: new Bus(2_000), locks: new Locks() };
    const quick = openTab(always, shared);
    const slow = openTab(always, shared);
    [quick, slow].forEach(({ session }) => session.signIn(sessionWith("token-0")));
    await vi.advanceTimersByTimeAsync(2_100);
    const refreshing = quick.session.refresh("token-0");
    while (quick.refreshes() === 0) await vi.advanceTimersByTimeAsync(100);
    await vi.advanceTimersByTimeAsync(500); // the lock is free again, the message on its way
    const late = slow.session.refresh("token-0");
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(late).resolves.toBe(await refreshing);
    expect(quick.refreshes() + slow.refreshes()).toBe(1);
  });

  it("refresh all the same when the channel brings nothing", async () => {
    const { session, refreshes } = openTab(always, { bus: new Bus(60_000), locks: new Locks() });
    session.signIn(sessionWith("token-0"));
    const token = session.refresh("token-0");
    await vi.advanceTimersByTimeAsync(5_100);
    await expect(token).resolves.toBe("token-1");
    expect(refreshes()).toBe(1);
  });

  it("without Web Locks refresh at most once each, and nobody is signed out", async () => {
    const shared = { bus: new Bus() };
    const tabs = Array.from({ length: 5 }, () => openTab(always, shared));
    tabs.forEach(({ session }) => session.signIn(sessionWith("token-0")));
    await Promise.all(tabs.map(({ session }) => session.refresh("token-0")));
    expect(tabs.map((tab) => tab.refreshes())).toEqual([1, 1, 1, 1, 1]);
    expect(tabs.every(({ session }) => session.state.phase === "signed-in")).toBe(true);
  });

  it("refresh by themselves when the tab that held the lock had no luck", async () => {
    const shared = { bus: new Bus(), locks: new Locks() };
    const unlucky = openTab(failing(busy(403)), shared);
    const other = openTab(always, shared);
    [unlucky, other].forEach(({ session }) => session.signIn(sessionWith("token-0")));
    const first = expect(unlucky.session.refresh("token-0")).rejects.toMatchObject({ status: 403 });
    const second = expect(other.session.refresh("token-0")).resolves.toBe("token-1");
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([first, second]);
  });

  it("are all signed out by one of them", async () => {
    const bus = new Bus();
    const [one, other] = [openTab(always, { bus }), openTab(always, { bus })];
    one.session.signIn(sessionWith("token-0"));
    await vi.advanceTimersByTimeAsync(10);
    await one.session.signOut();
    await vi.advanceTimersByTimeAsync(10);
    expect(one.session.state).toEqual({ phase: "signed-out", left: true });
    expect(other.session.state).toEqual({ phase: "signed-out", left: true, why: "elsewhere" });
    expect(other.session.token).toBeUndefined();
  });

  it("are all signed in again by one of them", async () => {
    const bus = new Bus();
    const [one, other] = [openTab(always, { bus }), openTab(always, { bus })];
    [one, other].forEach(({ session }) => session.signIn(sessionWith("token-0")));
    [one, other].forEach(({ session }) => session.end("session_expired"));
    one.session.signIn(sessionWith("token-9"));
    await vi.advanceTimersByTimeAsync(10);
    expect(other.session.state.phase).toBe("signed-in");
    expect(other.session.token).toBe("token-9");
  });
});

describe("signing out", () => {
  it("that did not reach the server leaves the person signed in, to try again", async () => {
    const { session, logout } = openTab(always);
    session.signIn(sessionWith("token-0"));
    logout.mockRejectedValueOnce(busy(0));
    await expect(session.signOut()).rejects.toMatchObject({ status: 0 });
    expect(session.state.phase).toBe("signed-in");
  });

  it("elsewhere reaches a tab that waits for its turn to refresh", async () => {
    const shared = { bus: new Bus(), locks: new Locks() };
    let answer: (session: Session) => void = () => undefined;
    const one = openTab(() => new Promise((resolve) => (answer = resolve)), shared);
    const other = openTab(always, shared);
    [one, other].forEach(({ session }) => session.signIn(sessionWith("token-0")));
    await vi.advanceTimersByTimeAsync(10);
    const refreshing = expect(one.session.refresh("token-0")).rejects.toMatchObject({ status: 401 });
    const waiting = expect(other.session.refresh("token-0")).rejects.toMatchObject({ status: 401 });
    await one.session.signOut();
    answer(sessionWith("token-1"));
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([refreshing, waiting]);
    expect(other.session.state.phase).toBe("signed-out");
    expect(other.refreshes()).toBe(0);
  });

  it("wins over a refresh under way", async () => {
    let answer: (session: Session) => void = () => undefined;
    const { session } = openTab(() => new Promise((resolve) => (answer = resolve)));
    session.signIn(sessionWith("token-0"));
    const token = expect(session.refresh("token-0")).rejects.toMatchObject({ status: 401 });
    await session.signOut();
    answer(sessionWith("token-1"));
    await token;
    expect(session.state.phase).toBe("signed-out");
    expect(session.token).toBeUndefined();
  });
});
