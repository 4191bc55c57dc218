import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from "axios";
import { ApiError, toApiError } from "./api-error";
import { newRequestId } from "./request-id";

declare module "axios" {
  interface InternalAxiosRequestConfig {
    /** The access token this request left with. */
    sentToken?: string | undefined;
    /** Already sent a second time with a refreshed token. */
    replayed?: boolean;
  }
}

/** What the interceptors need of the session; `SessionManager` is the one. */
export interface TokenSource {
  readonly token: string | undefined;
  /** Resolves with a token other than `stale`; rejects when there is none to be had. */
  refresh(stale: string | undefined): Promise<string>;
  /** The server ended the session: tell the person. */
  end(code: string): void;
}

const REQUEST_TIMEOUT_MS = 20_000;

/** An axios instance without a session: request ids and typed errors only. */
export function createHttp(): AxiosInstance {
  return axios.create({
    timeout: REQUEST_TIMEOUT_MS,
    headers: { Accept: "application/json", "Content-Type": "application/json" },
  });
}

/**
 * Joins an instance to a session. Each request carries the token from memory.
 * A 401 `token_expired` or `token_invalid` asks the session for another token
 * (the session makes one refresh of many askers) and is replayed once. A 403
 * is about rights, not tokens, and never refreshes; nor do the requests
 * that lead to a session, whose 401 is their answer.
 */
export function installInterceptors(http: AxiosInstance, session: TokenSource): void {
  http.interceptors.request.use((config) => {
    // A replay keeps its id: to the person and in the logs it is one request.
    if (!config.headers.has("X-Request-Id")) config.headers.set("X-Request-Id", newRequestId());
    if (!isAuthPath(config)) {
      config.sentToken = session.token;
      if (config.sentToken) config.headers.set("Authorization", `Bearer ${config.sentToken}`);
    }
    return config;
  });

  http.interceptors.response.use(undefined, async (failure: unknown) => {
    const error = toApiError(failure);
    const config = axios.isAxiosError(failure) ? failure.config : undefined;
    if (!(error instanceof ApiError) || error.status !== 401 || !config || isAuthPath(config)) throw error;
    if (error.code === "token_expired" || error.code === "token_invalid") {
      if (config.replayed) throw error;
      await session.refresh(config.sentToken);
      return http.request({ ...config, replayed: true } as InternalAxiosRequestConfig);
    }
    if (error.code === "session_revoked" || error.code === "session_expired") session.end(error.code);
    throw error;
  });
}

/** The ways to a session; everything else, the account's own pages under /auth included, needs to have one. */
const tokenless = ["/auth/login", "/auth/register", "/auth/reset", "/auth/refresh", "/auth/logout"];

const isAuthPath = (config: InternalAxiosRequestConfig): boolean => tokenless.includes(config.url ?? "");
