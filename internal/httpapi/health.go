package httpapi

import (
	"context"
	"log/slog"

	"github.com/gofiber/fiber/v2"
)

// Check is one dependency that must answer before the service is ready.
type Check struct {
	Name  string // shown in /readyz, for instance "dynamodb"
	Probe func(ctx context.Context) error
}

// health registers /healthz (the process lives) and /readyz (its dependencies
// answer and it is not draining). nginx does not route them.
func (s *Server) health() {
	s.app.Get("/healthz", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	s.app.Get("/readyz", func(c *fiber.Ctx) error {
		if s.draining.Load() {
			return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"status": "draining"})
		}
		for _, check := range s.cfg.Ready {
			if err := check.Probe(c.UserContext()); err != nil {
				s.cfg.Log.WarnContext(c.UserContext(), "not ready", slog.String("dependency", check.Name), slog.Any("err", err))
				return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"status": "not ready", "dependency": check.Name})
			}
		}
		return c.JSON(fiber.Map{"status": "ready"})
	})
}
