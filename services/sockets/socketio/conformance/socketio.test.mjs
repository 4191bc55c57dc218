// Socket.IO v5: as bytes, and as the official client sees it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { io } from "socket.io-client";
import { Polling, Socket, start } from "./harness.mjs";

let server, base;
before(async () => {
  server = await start();
  base = `${server.url}/socket.io/`;
});
after(() => server.stop());

/** A WebSocket past the engine's handshake that answers pings by itself. */
async function engine() {
  const s = Socket.open(base);
  s.ws.on("message", (data, binary) => !binary && data.toString() === "2" && s.ws.send("3"));
  assert.equal((await s.next())[0], "0");
  const next = s.next.bind(s);
  s.next = async () => {
    for (;;) {
      const m = await next();
      if (m !== "2") return m;
    }
  };
  return s;
}
async function connected() {
  const s = await engine();
  await s.send("40");
  await s.next();
  await s.next();
  return s;
}

describe("CONNECT", () => {
  for (const [what, packet, prefix, event] of [
    ["to / without a payload", "40", "40", `42["auth",{}]`],
    ["to / with a payload", `40{"token":"123"}`, "40", `42["auth",{"token":"123"}]`],
    ["to a custom namespace", "40/custom,", "40/custom,", `42/custom,["auth",{}]`],
    ["to a custom namespace with a payload", `40/custom,{"a":[1]}`, "40/custom,", `42/custom,["auth",{"a":[1]}]`],
    ["with a query string", "40/custom?key=1&x=2,", "40/custom,", `42/custom,["auth",{}]`],
  ]) {
    it(`succeeds ${what}`, async () => {
      const s = await engine();
      await s.send(packet);
      const answer = await s.next();
      assert.ok(answer.startsWith(prefix), answer);
      assert.equal(typeof JSON.parse(answer.slice(prefix.length)).sid, "string");
      assert.equal(await s.next(), event);
      s.ws.close();
    });
  }
  it("works on polling", async () => {
    const p = await Polling.open(base);
    await p.post("40");
    assert.match(await p.body(), /^40\{"sid":"[^"]+"\}(\x1e42\["auth",\{\}\])?$/);
  });
  it("refuses an unknown namespace", async () => {
    const s = await engine();
    await s.send("40/random");
    assert.equal(await s.next(), `44/random,{"message":"Invalid namespace"}`);
    s.ws.close();
  });
  it("must come within connectTimeout", async () => {
    const began = performance.now();
    const s = await engine();
    await s.closed;
    const took = performance.now() - began;
    assert.ok(took > 1300 && took < 2500, `${took} ms`);
  });
});

describe("packets that break the protocol close the engine", () => {
  for (const packet of ["4abc", "42{}", `42abc["message-with-ack",1]`, "42", "42[]", `42[{}]`, "40", `42/custom,["x"]`,
    "451-", `451["message"]`, `4599-["x"]`, `42["message"`, "43", `43["x"]`, "49"]) {
    it(packet, async () => {
      const s = await connected();
      await s.send(packet);
      await s.closed;
    });
  }
  it("bytes nobody announced", async () => {
    const s = await connected();
    await s.send(Buffer.from([1]));
    await s.closed;
  });
  it("text where bytes were announced", async () => {
    const s = await connected();
    await s.send(`451-["message",{"_placeholder":true,"num":0}]`, `42["message"]`);
    await s.closed;
  });
});

describe("DISCONNECT", () => {
  it("leaves one namespace and keeps the other", async () => {
    const s = await connected();
    await s.send("40/custom");
    await s.next();
    await s.next();
    await s.send("41/custom", `42["message","still here"]`);
    assert.equal(await s.next(), `42["message-back","still here"]`);
    s.ws.close();
  });
});

describe("events", () => {
  it("come back as they went", async () => {
    const s = await connected();
    await s.send(`42["message",1,"2",{"3":[true]}, 12345678901234567890, "\\u00e9"]`);
    assert.equal(await s.next(), `42["message-back",1,"2",{"3":[true]},12345678901234567890,"\\u00e9"]`);
    s.ws.close();
  });
  it("come back with their bytes", async () => {
    const s = await connected();
    const event = (name) => `452-["${name}",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`;
    await s.send(event("message"), Buffer.from([1, 2]), Buffer.from([3]));
    assert.equal(await s.next(), event("message-back"));
    assert.deepEqual(await s.next(), Buffer.from([1, 2]));
    assert.deepEqual(await s.next(), Buffer.from([3]));
    s.ws.close();
  });
  it("are acknowledged", async () => {
    const s = await connected();
    await s.send(`42456["message-with-ack",1,"2",{"3":[false]}]`);
    assert.equal(await s.next(), `43456[1,"2",{"3":[false]}]`);
    s.ws.close();
  });
  it("are acknowledged with bytes", async () => {
    const s = await connected();
    await s.send(`451-789["message-with-ack",{"_placeholder":true,"num":0}]`, Buffer.from([9]));
    assert.equal(await s.next(), `461-789[{"_placeholder":true,"num":0}]`);
    assert.deepEqual(await s.next(), Buffer.from([9]));
    s.ws.close();
  });
});

describe("socket.io-client", () => {
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const over = transports.join(", then ");
    it(`connects, echoes, acknowledges over ${over}`, async () => {
      const socket = io(server.url, { transports, auth: { token: "123" }, forceNew: true });
      const [auth] = await once(socket, "auth");
      assert.deepEqual(auth, { token: "123" });
      const echoed = new Promise((done) => socket.once("message-back", (...args) => done(args)));
      socket.emit("message", 1, "zwei", { drei: [Buffer.from([3])] });
      assert.deepEqual(await echoed, [1, "zwei", { drei: [Buffer.from([3])] }]);
      assert.deepEqual(await socket.timeout(1000).emitWithAck("message-with-ack", { a: 1 }), { a: 1 });
      socket.disconnect();
    });
    it(`survives ten heartbeats over ${over}`, async () => {
      const socket = io(server.url, { transports, forceNew: true });
      await once(socket, "connect");
      const id = socket.id;
      let lost = "";
      socket.on("disconnect", (why) => (lost = why));
      for (let i = 0; i < 10; i++) await once(socket.io, "ping");
      await socket.timeout(1000).emitWithAck("message-with-ack", 1);
      assert.deepEqual([lost, socket.id], ["", id]);
      assert.equal(socket.io.engine.transport.name, transports.at(-1));
      socket.disconnect();
    });
    it(`returns by itself after its engine closed over ${over}`, async () => {
      const socket = io(server.url, { transports, forceNew: true, reconnectionDelay: 10 });
      await once(socket, "connect");
      const again = once(socket, "connect");
      socket.io.engine.close();
      await again;
      socket.disconnect();
    });
  }
  it("shares one engine between two namespaces", async () => {
    const main = io(server.url, { forceNew: true });
    const custom = main.io.socket("/custom");
    custom.connect();
    await Promise.all([once(main, "connect"), once(custom, "connect")]);
    assert.equal(main.io, custom.io);
    assert.notEqual(main.id, custom.id);
    assert.equal(await custom.timeout(1000).emitWithAck("message-with-ack", "c"), "c");
    main.disconnect();
    custom.disconnect();
  });
  it("hears that a namespace does not exist", async () => {
    const socket = io(`${server.url}/nowhere`, { forceNew: true });
    const [err] = await once(socket, "connect_error");
    assert.equal(err.message, "Invalid namespace");
    assert.equal(socket.active, false); // it does not try again
    socket.disconnect();
  });
});
