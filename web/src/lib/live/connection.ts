import type { ManagerOptions, Socket, SocketOptions } from "socket.io-client";
import type { LiveEvent, Notification, ProjectId, UserId } from "@/lib/api-types";
import type { SessionManager } from "@/lib/session/session-manager";
import { codeOf, isLiveEvent, isNotification } from "./guards";
import { SeenIds } from "./seen-ids";

export type LiveStatus = "connecting" | "live" | "reconnecting" | "offline";

export type Connect = (options: Partial<ManagerOptions & SocketOptions>) => Socket;

interface Room {
  joined(seq: number, present: UserId[]): void;
  hear(event: LiveEvent): void;
  /** The server does not let us in (any more). */
  refused(): void;
}

interface Dependencies {
  session: Pick<SessionManager, "state" | "token" | "subscribe" | "freshToken" | "refresh" | "end">;
  /** Loads socket.io-client, which the first screens do not need. */
  load(): Promise<Connect>;
  /** The newest notification the inbox knows when a connection is first made. */
  cursor(): Promise<number>;
  /** Long polling only, WebSocket switched off. */
  pollingOnly: boolean;
}

const ACK_TIMEOUT_MS = 10_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_CAP_MS = 30_000;

/**
 * The one Socket.IO connection of this tab: there while somebody is signed in.
 *
 * The client library reconnects by itself after a lost connection, but not
 * after a refusal or a `disconnect` from the server; those are answered here,
 * with a fresh token where the token was the reason.
 */
export class LiveConnection {
  #status: LiveStatus = "connecting";
  #socket: Socket | undefined;
  #starting = false;
  /** Every notification up to here has been received. */
  #cursor: number | undefined;
  /** The token the server last accepted or refused. */
  #shownToken: string | undefined;
  /** The server refused that token although our clock finds it young. */
  #distrusted = false;
  #refusals = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #rooms = new Map<ProjectId, Room>();
  readonly #seen = new SeenIds();
  readonly #statusListeners = new Set<() => void>();
  readonly #eventListeners = new Set<(event: LiveEvent) => void>();
  readonly #notificationListeners = new Set<(notification: Notification) => void>();

  constructor(private readonly deps: Dependencies) {}

  /** Follows the session from now on. */
  start(): void {
    this.deps.session.subscribe(() => this.#follow());
    // A socket notices a lost network by its missed pings, up to 45 s late, and tries
    // again after a pause of its own; the browser knows both at once.
    addEventListener("offline", () => this.#set("offline"));
    addEventListener("online", () => this.#backOnline());
    this.#follow();
  }

  readonly status = (): LiveStatus => this.#status;

  readonly onStatus = (listener: () => void): (() => void) => subscribe(this.#statusListeners, listener);

  /** Events outside of rooms: one's own exports. */
  onEvent(listener: (event: LiveEvent) => void): () => void {
    return subscribe(this.#eventListeners, listener);
  }

  /** Each notification once. */
  onNotification(listener: (notification: Notification) => void): () => void {
    return subscribe(this.#notificationListeners, listener);
  }

  /** Enters a project's room now and after each reconnect; returns the way out. */
  join(project: ProjectId, room: Room): () => void {
    this.#rooms.set(project, room);
    this.#ask(project, room);
    return () => {
      if (this.#rooms.get(project) !== room) return;
      this.#rooms.delete(project);
      if (this.#socket?.connected === true) this.#socket.emit("project:leave", { projectId: project });
    };
  }

  #follow(): void {
    const { session } = this.deps;
    if (session.state.phase !== "signed-in") return this.#close();
    if (!this.#socket) return void this.#open();
    if (this.#socket.connected && session.token !== this.#shownToken) this.#renew();
  }

  async #open(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    try {
      const [connect, cursor] = await Promise.all([this.deps.load(), this.#cursor ?? this.deps.cursor()]);
      if (this.deps.session.state.phase !== "signed-in") return;
      this.#cursor = cursor;
      this.#socket = this.#build(connect);
    } catch {
      // Neither chunk nor inbox could be had: the server is away; the boards poll meanwhile.
      this.#set("reconnecting");
      this.#again(() => this.#follow());
    } finally {
      this.#starting = false;
    }
  }

  #build(connect: Connect): Socket {
    const socket = connect({
      path: "/sockets/socket.io",
      // Some proxies refuse WebSockets; then the same connection polls.
      transports: this.deps.pollingOnly ? ["polling"] : ["websocket", "polling"],
      tryAllTransports: true,
      upgrade: !this.deps.pollingOnly,
      reconnectionDelayMax: 10_000,
      auth: (send) => void this.#credentials().then(send),
    });
    socket.on("connect", () => {
      this.#refusals = 0;
      this.#distrusted = false;
      this.#set("live");
      for (const [project, room] of this.#rooms) this.#ask(project, room);
    });
    socket.on("connect_error", (error) => this.#refused(codeOf((error as { data?: unknown }).data)));
    socket.on("disconnect", (reason) => {
      this.#set("reconnecting");
      if (reason === "io server disconnect") this.#again(() => socket.connect());
    });
    socket.on("notification", (notification: unknown, acknowledge?: () => void) => {
      if (isNotification(notification)) this.#receive(notification);
      acknowledge?.();
    });
    socket.on("sync", (answer: unknown) => this.#synced(answer));
    socket.on("event", (event: unknown) => isLiveEvent(event) && this.#hear(event));
    socket.on("session:expiring", () => void this.#refresh());
    socket.on("session:ended", (answer: unknown) => {
      const code = codeOf(answer);
      if (code === "session_revoked" || code === "session_expired") this.deps.session.end(code);
      else this.#distrusted = true; // the engine closes, and the reconnect brings a new token
    });
    return socket;
  }

  /** The CONNECT payload; called before every attempt, so that a reconnect never shows an old token. */
  async #credentials(): Promise<{ token?: string; cursor?: number }> {
    const { session } = this.deps;
    try {
      const token = this.#distrusted ? await session.refresh(this.#shownToken) : await session.freshToken();
      this.#shownToken = token;
      return { token, ...(this.#cursor !== undefined && { cursor: this.#cursor }) };
    } catch {
      return {}; // refused as token_missing, and tried again from there if the session still stands
    }
  }

  #refused(code: string | undefined): void {
    this.#set("reconnecting");
    if (code === undefined) return; // no answer at all: the library tries again
    if (code === "session_revoked" || code === "session_expired") return this.deps.session.end(code);
    if (code === "token_expired" || code === "token_invalid") this.#distrusted = true;
    this.#again(() => this.#socket?.connect());
  }

  #again(attempt: () => void): void {
    clearTimeout(this.#retry);
    const pause = Math.min(RETRY_FIRST_MS * 2 ** this.#refusals, RETRY_CAP_MS);
    // The first refusal of a token is nothing unusual: come back at once with another.
    const delay = this.#refusals++ === 0 && this.#distrusted ? 0 : pause;
    this.#retry = setTimeout(attempt, delay);
  }

  async #refresh(): Promise<void> {
    try {
      await this.deps.session.refresh(this.#shownToken);
      this.#renew();
    } catch {
      // The session has ended, or will be tried again by the reconnect when the server closes this one.
    }
  }

  #backOnline(): void {
    this.#set("reconnecting");
    if (this.#socket) this.#socket.disconnect().connect();
    else this.#follow();
  }

  #renew(): void {
    const { token } = this.deps.session;
    if (token === undefined || token === this.#shownToken || this.#socket?.connected !== true) return;
    this.#shownToken = token;
    this.#socket.timeout(ACK_TIMEOUT_MS).emit("auth:renew", { token }, (lost: unknown, answer: unknown) => {
      if (!lost && isOk(answer)) return;
      this.#distrusted = !lost;
      this.#socket?.disconnect().connect();
    });
  }

  #ask(project: ProjectId, room: Room): void {
    if (this.#socket?.connected !== true) return;
    this.#socket
      .timeout(ACK_TIMEOUT_MS)
      .emit("project:join", { projectId: project }, (lost: unknown, answer: unknown) => {
        if (this.#rooms.get(project) !== room) return;
        if (lost) this.#socket?.disconnect().connect();
        else if (isOk(answer))
          room.joined(typeof answer.seq === "number" ? answer.seq : 0, presentIn(answer));
        else room.refused();
      });
  }

  #hear(event: LiveEvent): void {
    const room = event.projectId && this.#rooms.get(event.projectId);
    if (room && !event.type.startsWith("export.")) room.hear(event);
    else for (const listener of this.#eventListeners) listener(event);
  }

  #receive(notification: Notification): void {
    // Only without a gap: what is missing in between is replayed from the cursor.
    if (notification.seq === (this.#cursor ?? 0) + 1) this.#cursor = notification.seq;
    if (!this.#seen.add(notification.id)) return;
    for (const listener of this.#notificationListeners) listener(notification);
  }

  #synced(answer: unknown): void {
    const { cursor } = (answer ?? {}) as { cursor?: unknown };
    if (typeof cursor === "number") this.#cursor = Math.max(this.#cursor ?? 0, cursor);
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
    this.#socket = undefined;
    this.#shownToken = undefined;
    this.#refusals = 0;
    if (this.deps.session.state.phase === "signed-out") this.#cursor = undefined;
    this.#set("connecting");
  }

  #set(status: LiveStatus): void {
    this.#status = status === "reconnecting" && !navigator.onLine ? "offline" : status;
    for (const listener of this.#statusListeners) listener();
  }
}

/** A server of another release may not say who is there. */
function presentIn({ present }: { present?: unknown }): UserId[] {
  return Array.isArray(present) ? present.filter((id): id is UserId => typeof id === "string") : [];
}

function isOk(answer: unknown): answer is { ok: true; seq?: unknown; present?: unknown } {
  return typeof answer === "object" && answer !== null && "ok" in answer && answer.ok === true;
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
