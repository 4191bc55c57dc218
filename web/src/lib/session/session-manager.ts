import type { Session, User } from "@/lib/api-types";
import { ApiError } from "@/lib/http/api-error";
import { lockName, type Channel, type TabMessage } from "./tabs";

export type SessionState =
  /** The silent refresh at start-up is under way; `trouble`: the server has not answered yet. */
  | { readonly phase: "starting"; readonly trouble: boolean }
  /** `left`: on purpose, so there is no page to come back to. `why`: what this tab's person may not know. */
  | { readonly phase: "signed-out"; readonly left: boolean; readonly why?: "elsewhere" | "reset" | undefined }
  | { readonly phase: "signed-in"; readonly user: User }
  /** The server refused to go on. The page stays, with a dialog over it to sign in again. */
  | { readonly phase: "ended"; readonly user: User; readonly code: string };

export interface SessionDependencies {
  /** POST /auth/refresh; rejects with an ApiError. */
  refresh(): Promise<Session>;
  /** POST /auth/logout. */
  logout(): Promise<void>;
  /** Absent outside secure contexts; the server's grace then keeps the tabs in step. */
  locks: Pick<LockManager, "request"> | undefined;
  channel: Channel;
  /** Monotonic milliseconds: the wall clock of a laptop jumps. */
  now(): number;
  /** 0 ≤ x < 1 */
  random(): number;
}

/** How long a refresh is retried before its askers are told; the server's grace. */
const RETRY_FOR_MS = 30_000;
const RETRY_FIRST_MS = 500;
const RETRY_CAP_MS = 8_000;
/** The part of a token's life after which it is replaced, before anyone notices. */
const REFRESH_AT = 0.8;

/**
 * How long the lock is kept after a new token was published. Nobody waits for
 * that: who has the token goes on. Lock and message travel to the browser's
 * other processes by different ways, and the message has to be there first.
 */
const LOCK_KEPT_MS = 250;
/** When a tab stops listening for what others published; it hears within a few milliseconds. */
const HEARD_WITHIN_MS = 5_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Owns the access token (in memory, nowhere else) and its replacement.
 *
 * - In this tab one shared promise: twenty requests that find the token expired
 *   start one refresh.
 * - Across tabs the Web Lock "cumin-refresh": who has it first hears out the
 *   channel, where a former holder published its token.
 * - A refusal (401) ends the session. Anything else (429, 5xx, no network) keeps
 *   it and is tried again with growing pauses.
 */
export class SessionManager {
  #state: SessionState = { phase: "starting", trouble: false };
  #token: string | undefined;
  /** When to refresh ahead of time, on the clock of `now`. */
  #dueAt = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<string> | undefined;
  /** Moves with each sign-out, so that an answer from before it changes nothing. */
  #era = 0;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly deps: SessionDependencies) {
    deps.channel.listen((message) => this.#hear(message));
  }

  get state(): SessionState {
    return this.#state;
  }

  get token(): string | undefined {
    return this.#token;
  }

  readonly snapshot = (): SessionState => this.#state;

  /** Called after every change of state or token. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The silent refresh at start-up: a cookie, if there is one, becomes a token. */
  async start(): Promise<void> {
    this.#enter({ phase: "starting", trouble: false });
    try {
      await this.refresh(undefined);
    } catch {
      // A refusal has already led to "signed-out"; otherwise say that we cannot get through.
      if (this.#state.phase === "starting") this.#enter({ phase: "starting", trouble: true });
    }
  }

  /** Takes the answer of login or register, and lets the other tabs have it. */
  signIn(session: Session): void {
    this.#accept(session);
    this.deps.channel.post({ type: "token", session });
  }

  /** Ends the session at the server, here and in every tab. Rejects when the server was not reached. */
  async signOut(): Promise<void> {
    await this.deps.logout();
    this.#forget({ phase: "signed-out", left: true });
    this.deps.channel.post({ type: "signed-out" });
  }

  /** Drops an ended session for good, to go to the sign-in page. */
  leave(why?: "reset"): void {
    this.#forget({ phase: "signed-out", left: true, why });
  }

  end(code: string): void {
    const { phase } = this.#state;
    if (phase === "signed-in") this.#forget({ phase: "ended", user: this.#state.user, code });
    else if (phase === "starting") this.#forget({ phase: "signed-out", left: false });
  }

  /** A token that will last a while: the one at hand, or a new one when it is due. */
  async freshToken(): Promise<string> {
    if (this.#token !== undefined && this.deps.now() < this.#dueAt) return this.#token;
    return this.refresh(this.#token);
  }

  refresh(stale: string | undefined): Promise<string> {
    if (this.#token !== undefined && this.#token !== stale) return Promise.resolve(this.#token);
    if (this.#state.phase === "signed-out" || this.#state.phase === "ended") {
      return Promise.reject(new ApiError(401, "token_missing", "You are signed out."));
    }
    this.#refreshing ??= this.#refreshUntilAnswered(stale).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Refreshes if the time for it passed unnoticed (a sleeping laptop, a frozen tab). */
  readonly catchUp = (): void => {
    if (this.#state.phase === "signed-in" && this.deps.now() >= this.#dueAt) void this.#refreshAhead();
    else if (this.#state.phase === "starting" && this.#state.trouble) void this.start();
  };

  async #refreshUntilAnswered(stale: string | undefined): Promise<string> {
    const giveUpAt = this.deps.now() + RETRY_FOR_MS;
    for (let attempt = 0; ; attempt++) {
      const era = this.#era;
      try {
        return await this.#inTurn(stale, era);
      } catch (failure) {
        if (era !== this.#era || !(failure instanceof ApiError)) throw failure;
        if (failure.status === 401) {
          this.end(failure.code);
          throw failure;
        }
        const wait = failure.retryAfter ?? this.#backoff(attempt);
        if (!failure.transient || this.deps.now() + wait > giveUpAt) throw failure;
        if (this.#state.phase === "starting") this.#enter({ phase: "starting", trouble: true });
        await pause(wait);
      }
    }
  }

  /** One attempt, alone among this browser's tabs where Web Locks exist. */
  async #inTurn(stale: string | undefined, era: number): Promise<string> {
    const { locks } = this.deps;
    if (!locks) return this.#attempt(era);
    const adopted = this.#adoption(stale);
    try {
      return await new Promise((resolve, reject) => {
        const turn = async () => {
          // Not by the clock: however busy this tab is, a token published before is heard before.
          await Promise.race([this.deps.channel.heard(), pause(HEARD_WITHIN_MS)]);
          if (era === this.#era && this.#token !== stale) return; // adopted, and answered with that
          const token = this.#attempt(era);
          token.then(resolve, reject);
          // After a failure there is no message: the next tab may try at once.
          await token.then(
            () => pause(LOCK_KEPT_MS),
            () => undefined,
          );
        };
        adopted.token.then(resolve, reject);
        locks.request(lockName, turn).catch(reject);
      });
    } finally {
      adopted.stop();
    }
  }

  async #attempt(era: number): Promise<string> {
    const session = era === this.#era ? await this.deps.refresh() : undefined;
    if (!session || era !== this.#era) throw new ApiError(401, "token_missing", "You signed out meanwhile.");
    this.#accept(session);
    this.deps.channel.post({ type: "token", session });
    return session.accessToken;
  }

  /** The token that another tab, or a sign-in, puts in the place of `stale`. */
  #adoption(stale: string | undefined): { token: Promise<string>; stop: () => void } {
    let stop: () => void = () => undefined;
    const token = new Promise<string>((resolve) => {
      stop = this.subscribe(() => {
        if (this.#token !== undefined && this.#token !== stale) resolve(this.#token);
      });
    });
    return { token, stop };
  }

  #backoff(attempt: number): number {
    return Math.min(RETRY_FIRST_MS * 2 ** attempt, RETRY_CAP_MS) * (0.75 + this.deps.random() / 2);
  }

  #hear(message: TabMessage): void {
    if (message.type === "token") this.#accept(message.session);
    else if (this.#state.phase !== "signed-out")
      this.#forget({ phase: "signed-out", left: true, why: "elsewhere" });
  }

  #accept({ accessToken, expiresIn, user }: Session): void {
    this.#token = accessToken;
    this.#schedule(expiresIn * 1000 * REFRESH_AT);
    const state = this.#state;
    const same =
      state.phase === "signed-in" &&
      state.user.id === user.id &&
      state.user.name === user.name &&
      state.user.email === user.email;
    this.#enter(same ? state : { phase: "signed-in", user }); // a new token alone re-renders nothing
  }

  #schedule(inMs: number): void {
    clearTimeout(this.#timer);
    this.#dueAt = this.deps.now() + inMs;
    this.#timer = setTimeout(() => void this.#refreshAhead(), inMs);
  }

  async #refreshAhead(): Promise<void> {
    try {
      await this.refresh(this.#token);
    } catch {
      // A refusal has ended the session. Otherwise requests still work until the token
      // expires, and they refresh too; meanwhile try again on our own.
      if (this.#state.phase === "signed-in") this.#schedule(RETRY_FOR_MS);
    }
  }

  #forget(next: SessionState): void {
    clearTimeout(this.#timer);
    this.#era++;
    this.#token = undefined;
    this.#dueAt = Infinity;
    this.#enter(next);
  }

  #enter(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
