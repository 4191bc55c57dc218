/** The one HTTP client and the one session of this tab, joined. */
import type { AxiosRequestConfig } from "axios";
import type { Device, Session, User } from "./api-types";
import { createHttp, installInterceptors } from "./http/client";
import { SessionManager } from "./session/session-manager";
import { openChannel } from "./session/tabs";

const http = createHttp();

export const session = new SessionManager({
  refresh: async () => (await http.post<Session>("/auth/refresh", {})).data,
  logout: async () => {
    await http.post("/auth/logout", {});
  },
  // TypeScript believes it is always there; it is not outside secure contexts.
  locks: (navigator as Partial<Navigator>).locks,
  channel: openChannel(),
  now: () => performance.now(),
  random: () => Math.random(),
});

installInterceptors(http, session);

const root = "/api/v1";

/** The API under /api/v1. Every method rejects with an ApiError. */
export const api = {
  get: async <T>(path: string, config?: AxiosRequestConfig): Promise<T> =>
    (await http.get<T>(root + path, config)).data,
  post: async <T>(path: string, body: unknown, config?: AxiosRequestConfig): Promise<T> =>
    (await http.post<T>(root + path, body, config)).data,
  put: async <T>(path: string, body: unknown): Promise<T> => (await http.put<T>(root + path, body)).data,
  patch: async <T>(path: string, body: unknown, version: number): Promise<T> =>
    (await http.patch<T>(root + path, body, { headers: ifMatch(version) })).data,
  /** A DELETE that may be answered with work still to be done. */
  remove: async <T>(path: string): Promise<T | undefined> => {
    const { status, data } = await http.delete<T>(root + path);
    return status === 202 ? data : undefined;
  },
  delete: async (path: string, version?: number): Promise<void> => {
    await http.delete(root + path, version === undefined ? {} : { headers: ifMatch(version) });
  },
};

/** The services of /auth. The first three need no token. */
export const auth = {
  login: async (email: string, password: string): Promise<Session> =>
    (await http.post<Session>("/auth/login", { email, password })).data,
  register: async (email: string, name: string, password: string): Promise<Session> =>
    (await http.post<Session>("/auth/register", { email, name, password })).data,
  /** Sets a forgotten passphrase by the token of a link, and ends all sessions of its person. */
  reset: async (token: string, password: string): Promise<void> => {
    await http.post("/auth/reset", { token, password });
  },
  change: async (fields: { name: string } | { email: string; password: string }): Promise<User> =>
    (await http.patch<{ user: User }>("/auth/me", fields)).data.user,
  changePassword: async (current: string, password: string): Promise<Session> =>
    (await http.put<Session>("/auth/password", { current, password })).data,
  devices: async (signal: AbortSignal): Promise<Device[]> =>
    (await http.get<{ items: Device[] }>("/auth/sessions", { signal })).data.items,
  endSession: async (id: string): Promise<void> => {
    await http.delete(`/auth/sessions/${id}`);
  },
  endOtherSessions: async (): Promise<void> => {
    await http.delete("/auth/sessions", { params: { others: true } });
  },
};

/** The header that makes a write depend on the version it was based on. */
export const ifMatch = (version: number) => ({ "If-Match": `"v${version}"` });
