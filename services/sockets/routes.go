package main

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
)

// routes: the transport on both spellings of its path. Beside it there are only
// /healthz and /readyz, which httpapi adds. Who may connect is decided by the
// CONNECT packet's token; here only the page's origin is looked at.
func routes(app *fiber.App, transport fiber.Handler) {
	app.All("/sockets/socket.io", transport)
	app.All("/sockets/socket.io/", transport)
}

var errOrigin = cumin.Refuse(cumin.CodeOrigin, "This request comes from another site.")

// sameOrigin refuses transport requests that another site's page caused, on
// every request and method: a WebSocket handshake is a GET that browsers send
// anywhere. Programs that are no browsers send neither header.
func sameOrigin(origins []string) func(*fiber.Ctx) error {
	return func(c *fiber.Ctx) error {
		if origin := c.Get(fiber.HeaderOrigin); origin != "" && !slices.Contains(origins, origin) {
			return errOrigin
		}
		return httpapi.CheckOrigin(c, origins)
	}
}
