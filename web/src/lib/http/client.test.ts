import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "@/lib/api-types";
import { SessionManager } from "@/lib/session/session-manager";
import { Bus, Locks } from "@/test/tabs";
import { sessionWith } from "@/test/values";
import { createHttp, installInterceptors } from "./client";

const server = setupServer();

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function refuse(status: number, code: string, headers: Record<string, string> = {}) {
  return HttpResponse.json({ title: code, status, code }, { status, headers });
}

/** The services, as far as tokens go: only the newest token is good. */
function services() {
  const seen = { refreshes: 0, requestIds: [] as string[] };
  let good = "token-0";
  server.use(
    route.post("*/auth/refresh", () => {
      seen.refreshes++;
      good = `token-${seen.refreshes}`;
      return HttpResponse.json(sessionWith(good));
    }),
    route.get("*/api/v1/things", ({ request }) => {
      seen.requestIds.push(request.headers.get("x-request-id") ?? "none");
      if (request.headers.get("authorization") !== `Bearer ${good}`) return refuse(401, "token_expired");
      return HttpResponse.json({ ok: true });
    }),
  );
  return {
    seen,
    /** From now on the tokens handed out so far are expired. */
    expire: () => (good = "none"),
  };
}

/** One tab with its own client and session, signed in with the first token. */
function openTab(shared: { bus?: Bus; locks?: Locks | undefined } = {}) {
  const http = createHttp();
  const session = new SessionManager({
    refresh: async () => (await http.post<Session>("/auth/refresh", {})).data,
    logout: () => Promise.resolve(),
    locks: shared.locks,
    channel: (shared.bus ?? new Bus()).channel(),
    now: () => performance.now(),
    random: () => 0.5,
  });
  installInterceptors(http, session);
  session.signIn(sessionWith("token-0"));
  return { http, session, get: () => http.get("/api/v1/things") };
}

const parallel = (count: number, get: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, get));

describe("a request whose token has expired", () => {
  it("is sent again with a new token, and nobody notices", async () => {
    const { seen, expire } = services();
    const tab = openTab();
    expire();
    await expect(tab.get()).resolves.toMatchObject({ data: { ok: true } });
    expect(seen.refreshes).toBe(1);
    expect(tab.session.state.phase).toBe("signed-in");
  });

  it("shares one refresh with nineteen others", async () => {
    const { seen, expire } = services();
    const tab = openTab();
    expire();
    await parallel(20, tab.get);
    expect(seen.refreshes).toBe(1);
  });

  it("shares one refresh with the requests of four other tabs", async () => {
    const { seen, expire } = services();
    const shared = { bus: new Bus(), locks: new Locks() };
    const tabs = Array.from({ length: 5 }, () => openTab(shared));
    expire();
    await Promise.all(tabs.map((tab) => parallel(20, tab.get)));
    expect(seen.refreshes).toBe(1);
    expect(tabs.map((tab) => tab.session.state.phase)).toEqual(Array(5).fill("signed-in"));
  });

  it("keeps its request id when it is sent again, and every request has its own", async () => {
    const { seen, expire } = services();
    const tab = openTab();
    expire();
    await tab.get();
    await tab.get();
    const [first, again, other] = seen.requestIds;
    expect(first).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("is sent again once only, when the new token is refused too", async () => {
    const { seen } = services();
    let asked = 0;
    server.use(
      route.get("*/api/v1/things", () => {
        asked++;
        return refuse(401, "token_invalid");
      }),
    );
    await expect(openTab().get()).rejects.toMatchObject({ status: 401, code: "token_invalid" });
    expect(asked).toBe(2);
    expect(seen.refreshes).toBe(1);
  });

  it("takes a token that another request has already fetched, without a refresh", async () => {
    const { seen, expire } = services();
    const tab = openTab();
    let held: (() => void) | undefined;
    server.use(
      route.get(
        "*/api/v1/things",
        async () => {
          await new Promise<void>((resolve) => (held = resolve));
          return refuse(401, "token_expired");
        },
        { once: true },
      ),
    );
    expire();
    const slow = tab.get();
    await expect.poll(() => held).toBeDefined();
    await tab.get();
    held?.();
    await slow;
    expect(seen.refreshes).toBe(1);
  });
});

describe("no refresh is started", () => {
  it.each([
    ["by a 403", 403, "forbidden"],
    ["by a 401 without a token", 401, "token_missing"],
    ["by a 401 for a session that is over", 401, "session_revoked"],
  ])("%s", async (_name, status, code) => {
    const { seen } = services();
    server.use(route.get("*/api/v1/things", () => refuse(status, code)));
    await expect(openTab().get()).rejects.toMatchObject({ status, code });
    expect(seen.refreshes).toBe(0);
  });

  it("by a 401 of the auth service", async () => {
    const { seen } = services();
    server.use(route.post("*/auth/login", () => refuse(401, "token_expired")));
    const tab = openTab();
    await expect(tab.http.post("/auth/login", {})).rejects.toMatchObject({ status: 401 });
    expect(seen.refreshes).toBe(0);
  });
});

describe("what a refused refresh means", () => {
  it.each(["refresh_invalid", "refresh_reused", "session_expired", "session_revoked"])(
    "%s ends the session and says why",
    async (code) => {
      const { expire } = services();
      server.use(route.post("*/auth/refresh", () => refuse(401, code)));
      const tab = openTab();
      expire();
      await expect(tab.get()).rejects.toMatchObject({ status: 401 });
      expect(tab.session.state).toMatchObject({ phase: "ended", code });
    },
  );

  it("a 403 ends nothing", async () => {
    const { expire } = services();
    server.use(route.post("*/auth/refresh", () => refuse(403, "origin_forbidden")));
    const tab = openTab();
    expire();
    await expect(tab.get()).rejects.toMatchObject({ status: 403 });
    expect(tab.session.state.phase).toBe("signed-in");
  });

  it("a session revoked by the server ends here too", async () => {
    services();
    server.use(route.get("*/api/v1/things", () => refuse(401, "session_revoked")));
    const tab = openTab();
    await expect(tab.get()).rejects.toMatchObject({ code: "session_revoked" });
    expect(tab.session.state).toMatchObject({ phase: "ended", code: "session_revoked" });
  });
});

it("tells a missing network from an answer", async () => {
  server.use(route.get("*/api/v1/things", () => HttpResponse.error()));
  await expect(openTab().get()).rejects.toMatchObject({ status: 0, code: "network", transient: true });
});
