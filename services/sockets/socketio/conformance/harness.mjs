// Starts the conformance server and offers the raw ways to talk to it.
import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Builds and runs the server; answers its URL and a function that stops it. */
export async function start() {
  const dir = mkdtempSync(join(tmpdir(), "conformance-"));
  const binary = join(dir, "conformance");
  execFileSync("go", ["build", "-o", binary, "."], { cwd: import.meta.dirname, stdio: "inherit" });
  const server = spawn(binary, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: server.stdout });
  const [url] = await once(lines, "line", { signal: AbortSignal.timeout(10_000) });
  const stop = async () => {
    const exit = once(server, "exit");
    server.kill("SIGTERM");
    const [code] = await exit;
    rmSync(dir, { recursive: true });
    if (code !== 0) throw new Error(`the server exited with ${code}`);
  };
  return { url, stop };
}

/** One Engine.IO path over plain HTTP. */
export class Polling {
  constructor(base, sid) {
    this.base = base;
    this.sid = sid;
  }
  static async open(base) {
    const response = await fetch(`${base}?EIO=4&transport=polling`);
    const text = await response.text();
    if (response.status !== 200 || text[0] !== "0") throw new Error(`handshake: ${response.status} ${text}`);
    const terms = JSON.parse(text.slice(1));
    return Object.assign(new Polling(base, terms.sid), { terms });
  }
  url(transport = "polling") {
    return `${this.base}?EIO=4&transport=${transport}&sid=${this.sid}`;
  }
  get(options) {
    return fetch(this.url(), options);
  }
  async body() {
    const response = await this.get();
    return response.status === 200 ? response.text() : response.status;
  }
  post(body) {
    return fetch(this.url(), { method: "POST", body });
  }
  websocket() {
    return new Socket(this.url("websocket").replace("http", "ws"));
  }
}

/** A WebSocket whose messages are awaited one by one. */
export class Socket {
  #messages = [];
  #waiting = [];
  constructor(url) {
    this.ws = new WebSocket(url);
    this.opened = once(this.ws, "open");
    this.opened.catch(() => {}); // not every test waits for it
    this.closed = new Promise((done) => this.ws.on("close", done));
    this.ws.on("error", () => {}); // a refused handshake also closes
    this.ws.on("message", (data, binary) => {
      const message = binary ? data : data.toString();
      if (this.#waiting.length > 0) this.#waiting.shift()(message);
      else this.#messages.push(message);
    });
  }
  static open(base) {
    return new Socket(`${base.replace("http", "ws")}?EIO=4&transport=websocket`);
  }
  next() {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    return new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error("no message within 2 s")), 2000);
      this.#waiting.push((m) => (clearTimeout(late), done(m)));
    });
  }
  async send(...messages) {
    await this.opened;
    for (const m of messages) this.ws.send(m);
  }
}
