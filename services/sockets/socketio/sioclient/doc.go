// Package sioclient is a small Socket.IO client (protocol 5 over Engine.IO 4)
// for tests in Go: one connection to the namespace "/", over polling, a
// WebSocket, or the one upgraded to the other. It has its own reading of the
// protocol rather than the server's, does not reconnect by itself, and knows
// no binary data. Nothing in production uses it.
package sioclient
