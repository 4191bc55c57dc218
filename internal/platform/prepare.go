package platform

import (
	"context"
	"io"
)

// PrepareOptions say what to make ready.
type PrepareOptions struct {
	Web    bool      // the web client and its packages too
	Screen io.Writer // takes a line per thing built; nil: silent
}

// Prepare builds everything a test run needs, so that no test waits for a
// compiler, and installs nginx where that is possible.
func Prepare(ctx context.Context, root string, o PrepareOptions) error {
	l := newLogs("", o.Screen)
	if err := requireNginx(ctx, l.note); err != nil {
		return err
	}
	b := newBuilder(root, l)
	targets := []target{b.servicesTarget(), b.functionsTarget(), b.platformTarget()}
	if o.Web {
		targets = append(targets, b.webTarget())
	}
	return b.all(ctx, targets...)
}
