// Package socketio is a server for Socket.IO protocol version 5 over package
// engineio: namespaces, events, acknowledgements in both directions, binary
// attachments. The official socket.io-client 4.8 works with it unchanged
// (conformance/ proves it). It is free of Cumin's domain: who may connect and
// what events mean is the caller's Namespace.
//
// Left out, because nothing here uses it: rooms and broadcasts (the caller
// keeps its own), middleware, connection state recovery (the handshake carries
// no pid, so clients do not ask for it), volatile events, other encodings.
//
// A client does not return by itself after packet 41 or 44, and does after its
// engine closed. So a client that may not be here gets a ConnectError; for
// everything else (drain, overload, an ack that never came) close the engine
// with Socket.Close.
//
// Source: the protocol description in github.com/socketio/socket.io-protocol
// (version 5), read in 2026.
package socketio
