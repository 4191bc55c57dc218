package httpapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Bearer takes the token out of the Authorization header (RFC 6750 §2.1).
// None: token_missing. Two headers are refused as malformed: two parsers could
// read two different tokens. Tokens in the query or body are never looked for.
func Bearer(c *fiber.Ctx) (string, error) {
	headers := c.Request().Header.PeekAll(fiber.HeaderAuthorization)
	if len(headers) > 1 {
		return "", cumin.Refuse(cumin.CodeMalformed, "There must be one Authorization header.")
	}
	if len(headers) == 0 || len(headers[0]) == 0 {
		return "", cumin.Refuse(cumin.CodeTokenMissing, "Please sign in.")
	}
	scheme, raw, ok := strings.Cut(string(headers[0]), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", cumin.Refuse(cumin.CodeTokenMissing, "Please sign in.")
	}
	return strings.TrimLeft(raw, " "), nil
}
