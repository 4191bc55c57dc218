// Package engineio is a server for Engine.IO protocol version 4: a session of
// text and binary messages that begins on HTTP long polling or a WebSocket,
// and moves from the first to the second when the client proves that it can.
// It carries package socketio and knows nothing of it, nor of Cumin.
//
// A client is unaware of the server's troubles by design: a session whose
// transport breaks, whose heartbeat stops, whose queue overflows or which
// breaks the protocol is closed, and the client opens another. Messages queued
// at that moment are lost; whoever needs them delivered repeats them in the
// next session.
//
// Sizes are bytes, times are the wall clock's (a network peer does not follow
// a test's clock). Runs on Fiber v2 with gofiber/contrib/websocket.
//
// Source: the protocol description in github.com/socketio/engine.io-protocol
// (version 4), read in 2026.
package engineio
