import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Socket } from "socket.io-client";
import type { Notification, ProjectId } from "@/lib/api-types";
import type { SessionState } from "@/lib/session/session-manager";
import { ada } from "@/test/values";
import { LiveConnection, type Connect } from "./connection";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Handler = (...args: unknown[]) => void;

/** A server at the other end of a socket that exists only here. */
class FakeServer {
  readonly sent: { event: string; payload: unknown; answer: Handler }[] = [];
  readonly credentials: unknown[] = [];
  connects = 0;
  #handlers = new Map<string, Handler>();
  #auth: (send: Handler) => void = () => undefined;
  connected = false;

  readonly connect: Connect = (options) => {
    this.#auth = options.auth as (send: Handler) => void;
    const socket = {
      on: (event: string, handler: Handler) => this.#handlers.set(event, handler),
      connect: () => {
        this.#ask();
        return socket;
      },
      disconnect: () => {
        this.connected = false;
        return socket;
      },
      timeout: () => socket,
      emit: (event: string, payload: unknown, answer: Handler = () => undefined) =>
        this.sent.push({ event, payload, answer }),
    };
    Object.defineProperty(socket, "connected", { get: () => this.connected });
    this.#ask();
    return socket as unknown as Socket;
  };

  say(event: string, ...args: unknown[]): void {
    this.#handlers.get(event)?.(...args);
  }

  accept(): void {
    this.connected = true;
    this.say("connect");
  }

  refuse(code: string): void {
    this.say("connect_error", Object.assign(new Error("refused"), { data: { code } }));
  }

  #ask(): void {
    this.connects++;
    this.#auth((payload) => this.credentials.push(payload));
  }
}

async function setUp() {
  const server = new FakeServer();
  const listeners = new Set<() => void>();
  const session = {
    state: { phase: "signed-in", user: ada } as SessionState,
    token: "one" as string | undefined,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    freshToken: () => Promise.resolve(session.token ?? ""),
    refresh: vi.fn(() => {
      renew("two");
      return Promise.resolve("two");
    }),
    end: vi.fn(),
  };
  const renew = (token: string) => {
    session.token = token;
    listeners.forEach((listener) => listener());
  };
  const live = new LiveConnection({
    session,
    load: () => Promise.resolve(server.connect),
    cursor: () => Promise.resolve(7),
    pollingOnly: false,
  });
  live.start();
  await vi.advanceTimersByTimeAsync(0);
  return { server, session, live, renew };
}

const notification = (seq: number, id = `n${seq}`): Notification =>
  ({ seq, id, kind: "task.assigned", at: "2026-01-01T00:00:00.000Z", read: false }) as Notification;

it("connects with the token and the newest notification known", async () => {
  const { server, live } = await setUp();
  expect(server.credentials).toEqual([{ token: "one", cursor: 7 }]);
  server.accept();
  expect(live.status()).toBe("live");
});

it("acknowledges each notification and shows it once", async () => {
  const { server, live } = await setUp();
  server.accept();
  const shown = vi.fn();
  const acknowledge = vi.fn();
  live.onNotification(shown);
  server.say("notification", notification(8), acknowledge);
  server.say("notification", notification(8), acknowledge);
  expect(shown).toHaveBeenCalledTimes(1);
  expect(acknowledge).toHaveBeenCalledTimes(2);
});

it("asks for what it missed: the cursor does not jump over a gap", async () => {
  const { server } = await setUp();
  server.accept();
  server.say("notification", notification(8));
  server.say("notification", notification(10));
  server.say("disconnect", "io server disconnect");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.credentials.at(-1)).toEqual({ token: "one", cursor: 8 });
});

it("comes back with a new token when the server found the old one expired", async () => {
  const { server, session } = await setUp();
  server.refuse("token_expired");
  await vi.advanceTimersByTimeAsync(0);
  expect(session.refresh).toHaveBeenCalledTimes(1);
  expect(server.credentials.at(-1)).toMatchObject({ token: "two" });
});

it("does not storm a server that refuses every token", async () => {
  const { server } = await setUp();
  for (let second = 0; second < 60; second++) {
    server.refuse("token_invalid");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(server.connects).toBeLessThan(12);
});

it("ends the session when it was revoked", async () => {
  const { server, session } = await setUp();
  server.refuse("session_revoked");
  expect(session.end).toHaveBeenCalledWith("session_revoked");
});

it("hands a refreshed token to the open connection", async () => {
  const { server, renew } = await setUp();
  server.accept();
  renew("two");
  expect(server.sent).toMatchObject([{ event: "auth:renew", payload: { token: "two" } }]);
});

it("refreshes when the server says that the session is about to expire", async () => {
  const { server, session } = await setUp();
  server.accept();
  server.say("session:expiring", { in: 60 });
  await vi.advanceTimersByTimeAsync(0);
  expect(session.refresh).toHaveBeenCalledTimes(1);
  expect(server.sent.filter(({ event }) => event === "auth:renew")).toHaveLength(1);
});

it("enters its rooms again after each reconnect", async () => {
  const { server, live } = await setUp();
  const room = { joined: vi.fn(), hear: vi.fn(), refused: vi.fn() };
  live.join("P" as ProjectId, room);
  server.accept();
  server.sent[0]?.answer(null, { ok: true, seq: 4, present: ["ADA"] });
  expect(room.joined).toHaveBeenCalledWith(4, ["ADA"]);
  server.say("disconnect", "transport close");
  expect(live.status()).toBe("reconnecting");
  server.accept();
  expect(server.sent.filter(({ event }) => event === "project:join")).toHaveLength(2);
});

it("a room that refuses is told to its user", async () => {
  const { server, live } = await setUp();
  const room = { joined: vi.fn(), hear: vi.fn(), refused: vi.fn() };
  server.accept();
  live.join("P" as ProjectId, room);
  server.sent[0]?.answer(null, { ok: false, code: "not_found" });
  expect(room.refused).toHaveBeenCalledTimes(1);
});

it("says so at once when the network goes, and does not wait to come back", async () => {
  const { server, live } = await setUp();
  server.accept();
  dispatchEvent(new Event("offline"));
  expect(live.status()).toBe("offline");
  const before = server.connects;
  dispatchEvent(new Event("online"));
  expect(server.connects).toBe(before + 1);
  await vi.advanceTimersByTimeAsync(0);
  server.accept();
  expect(live.status()).toBe("live");
});
