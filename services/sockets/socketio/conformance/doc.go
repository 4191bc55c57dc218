// Command conformance serves the echo behaviour that the public Engine.IO and
// Socket.IO test suites expect, on a port of its own, for test.mjs and for
// those suites. It is no part of the sockets service: no setting of that
// service leads here.
//
// /engine.io/ echoes every message. /socket.io/ has the namespaces / and
// /custom, open to all: on connect it emits `auth` with the CONNECT payload; on
// `message` it emits `message-back` with the same arguments, and it
// acknowledges `message-with-ack` with them.
//
// It prints its address as one line and runs until it is interrupted.
package main
