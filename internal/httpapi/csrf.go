package httpapi

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

var errOrigin = cumin.Refuse(cumin.CodeOrigin, "This request comes from another site.")

// CheckOrigin refuses a request that a page of another site caused
// (SECURITY §3.4): Fetch Metadata decides where the browser sends it, an exact
// Origin otherwise; with neither header the caller is no browser. "same-site"
// is refused too: a neighbour on the same domain is not us.
func CheckOrigin(c *fiber.Ctx, origins []string) error {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		if site == "same-origin" || site == "none" {
			return nil
		}
		return errOrigin
	}
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !slices.Contains(origins, origin) {
		return errOrigin
	}
	return nil
}

// isBrowser looks for the headers that browsers set and scripts cannot unset.
func isBrowser(c *fiber.Ctx) bool {
	return c.Get(fiber.HeaderOrigin) != "" || c.Get("Sec-Fetch-Site") != "" ||
		c.Get("Sec-Fetch-Mode") != "" || c.Get("Sec-Fetch-Dest") != ""
}

// sameOrigin applies CheckOrigin to every unsafe method.
func sameOrigin(origins []string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch c.Method() {
		case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
			return c.Next()
		}
		if err := CheckOrigin(c, origins); err != nil {
			return err
		}
		return c.Next()
	}
}
