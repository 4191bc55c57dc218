// Engine.IO v4 as bytes: what the protocol's own suite asks, and the traps.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Socket as EngineClient } from "engine.io-client";
import { Polling, Socket, sleep, start } from "./harness.mjs";

let server, base;
before(async () => {
  server = await start();
  base = `${server.url}/engine.io/`;
});
after(() => server.stop());

describe("handshake", () => {
  const terms = { pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 };
  it("opens on polling and offers the WebSocket", async () => {
    const p = await Polling.open(base);
    assert.deepEqual(p.terms, { sid: p.sid, upgrades: ["websocket"], ...terms });
  });
  it("opens on a WebSocket", async () => {
    const s = Socket.open(base);
    const { sid, ...rest } = JSON.parse((await s.next()).slice(1));
    assert.equal(typeof sid, "string");
    assert.deepEqual(rest, { upgrades: [], ...terms });
    s.ws.close();
  });
  for (const [query, method = "GET"] of [
    ["transport=polling"], ["EIO=abc&transport=polling"], ["EIO=3&transport=polling"],
    ["EIO=4"], ["EIO=4&transport=abc"],
    ["EIO=4&transport=polling", "POST"], ["EIO=4&transport=polling", "PUT"],
    ["EIO=4&transport=polling&sid=unknown"], ["EIO=4&transport=websocket"],
  ]) {
    it(`refuses ${method} ?${query}`, async () => {
      const response = await fetch(`${base}?${query}`, { method });
      assert.equal(response.status, 400);
      assert.equal(typeof (await response.json()).code, "number");
    });
  }
  for (const query of ["EIO=abc&transport=websocket", "EIO=4&transport=abc", "EIO=4&transport=websocket&sid=unknown"]) {
    it(`closes a WebSocket to ?${query}`, async () => {
      await new Socket(`${base.replace("http", "ws")}?${query}`).closed;
    });
  }
});

describe("messages", () => {
  for (const body of ["4hello", "4one\x1e4two\x1e4three", "4héllo €", "4hello\x1ebAQIDBA=="]) {
    it(`echoes ${JSON.stringify(body)} on polling`, async () => {
      const p = await Polling.open(base);
      const response = await p.post(body);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), "ok");
      assert.equal(await p.body(), body);
    });
  }
  it("echoes text and bytes on a WebSocket", async () => {
    const s = Socket.open(base);
    await s.next();
    await s.send("4héllo", Buffer.from([1, 2, 3, 4]));
    assert.equal(await s.next(), "4héllo");
    assert.deepEqual(await s.next(), Buffer.from([1, 2, 3, 4]));
    s.ws.close();
  });
  it("ends a session that posts nonsense", async () => {
    const p = await Polling.open(base);
    assert.equal((await p.post("abc")).status, 400);
    assert.equal(await p.body(), 400);
  });
  it("ends a session that sends nonsense on a WebSocket", async () => {
    const s = Socket.open(base);
    await s.send("abc");
    await s.closed;
  });
  it("ends a session that polls twice at a time", async () => {
    const p = await Polling.open(base);
    const [first, second] = await Promise.all([p.get(), sleep(5).then(() => p.get())]);
    assert.deepEqual([first.status, await first.text(), second.status], [200, "1", 400]);
    assert.equal(await p.body(), 400);
  });
  it("ends a session whose poll is cancelled, without waiting for the heartbeat", async () => {
    const p = await Polling.open(base);
    const cancel = new AbortController();
    p.get({ signal: cancel.signal }).catch(() => {});
    await sleep(20);
    cancel.abort();
    await sleep(50);
    assert.equal((await p.post("4still there?")).status, 400);
  });
});

describe("heartbeat", () => {
  it("goes on as long as polls and pongs come", async () => {
    const p = await Polling.open(base);
    for (let i = 0; i < 3; i++) {
      assert.equal(await p.body(), "2");
      assert.equal((await p.post("3")).status, 200);
    }
  });
  it("goes on as long as pongs come on a WebSocket", async () => {
    const s = Socket.open(base);
    await s.next();
    for (let i = 0; i < 3; i++) {
      assert.equal(await s.next(), "2");
      await s.send("3");
    }
    s.ws.close();
  });
  it("ends a polling session that is silent", async () => {
    const p = await Polling.open(base);
    await sleep(500);
    assert.equal(await p.body(), 400);
  });
  it("ends a WebSocket that is silent", async () => {
    const began = performance.now();
    const s = Socket.open(base);
    await s.closed;
    assert.ok(performance.now() - began < 1000);
  });
});

describe("close", () => {
  it("answers the poll that waits, then forgets the session", async () => {
    const p = await Polling.open(base);
    const [poll] = await Promise.all([p.get(), sleep(5).then(() => p.post("1"))]);
    assert.equal(await poll.text(), "6");
    assert.equal(await p.body(), 400);
  });
  it("keeps the last packet for a poll that the close overtook", async () => {
    const p = await Polling.open(base);
    await p.post("1");
    assert.equal(await p.body(), "6");
    assert.equal(await p.body(), 400);
  });
  it("closes a WebSocket", async () => {
    const s = Socket.open(base);
    await s.next();
    await s.send("1");
    await s.closed;
  });
});

describe("upgrade", () => {
  async function upgraded() {
    const p = await Polling.open(base);
    const s = p.websocket();
    await s.send("2probe");
    assert.equal(await s.next(), "3probe");
    await s.send("5");
    return { p, s };
  }
  it("moves to the WebSocket", async () => {
    const { s } = await upgraded();
    await s.send("4hello");
    assert.equal(await s.next(), "4hello");
    s.ws.close();
  });
  it("delivers what was queued on polling", async () => {
    const p = await Polling.open(base);
    const s = p.websocket();
    await s.send("2probe");
    await s.next();
    await p.post("4before");
    await s.send("5");
    assert.equal(await s.next(), "4before");
    s.ws.close();
  });
  it("lets go of the poll that waits", async () => {
    const p = await Polling.open(base);
    const poll = p.body();
    const s = p.websocket();
    await s.send("2probe");
    assert.equal(await poll, "6");
    s.ws.close();
  });
  it("refuses polls afterwards, also one that overtook the upgrade", async () => {
    for (let i = 0; i < 20; i++) {
      const { p, s } = await upgraded();
      assert.equal((await p.get()).status, 400);
      s.ws.close();
    }
  });
  it("accepts a second WebSocket only to close it", async () => {
    const { p, s } = await upgraded();
    const second = p.websocket();
    await second.opened;
    await second.closed;
    await s.send("4hello");
    assert.equal(await s.next(), "4hello");
    s.ws.close();
  });
  it("keeps polling when the probe fails", async () => {
    const p = await Polling.open(base);
    const s = p.websocket();
    await s.send("4not a probe");
    await s.closed;
    await p.post("4hello");
    assert.equal(await p.body(), "4hello");
  });
});

describe("engine.io-client", () => {
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    it(`echoes 500 messages in order over ${transports.join(", then ")}`, async () => {
      const client = new EngineClient(server.url, { transports });
      const got = [];
      const all = new Promise((done, fail) => {
        client.on("message", (m) => got.push(m) === 500 && done());
        client.on("close", (why) => fail(new Error(`closed: ${why}`)));
      });
      client.on("open", () => {
        for (let i = 0; i < 500; i += 10) {
          // spread over more than one heartbeat
          setTimeout(() => { for (let j = i; j < i + 10; j++) client.send(`message ${j} é`); }, i);
        }
      });
      await all;
      client.removeAllListeners("close");
      assert.deepEqual(got, Array.from({ length: 500 }, (_, i) => `message ${i} é`));
      assert.equal(client.transport.name, transports.at(-1));
      client.close();
    });
  }
});
