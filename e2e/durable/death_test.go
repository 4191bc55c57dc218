package durable

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// death is a way in which a process ends.
type death interface {
	// lane is the lane's number among those of all tests.
	lane(n int) int
	// prepare is called before the load; strike brings death about, unless the
	// process is dead already.
	prepare(ctx context.Context, p *process, dice *rand.Rand) (strike func(), err error)
	// bury returns once the process is gone. An error says that it ended in
	// another way.
	bury(p *process) error
}

// killing is SIGKILL: what was written to the operating system stays.
type killing struct{}

func (killing) lane(n int) int { return n }

func (killing) prepare(_ context.Context, p *process, _ *rand.Rand) (func(), error) {
	return p.kill, nil
}

func (killing) bury(p *process) error {
	p.kill()
	return nil
}

// cuttingPower leaves what was synced: in the midst of a sync that the dice
// choose, or when the time is over.
type cuttingPower struct{}

func (cuttingPower) lane(n int) int { return lanes + n }

func (cuttingPower) prepare(ctx context.Context, p *process, dice *rand.Rand) (func(), error) {
	c := newClient(ctx, p, new(life))
	defer c.close()
	rule := object{"kind": "power-loss", "target": []string{"state", "objects", "*"}[dice.IntN(3)], "after": dice.IntN(60)}
	if err := c.faults(rule); err != nil {
		return nil, err
	}
	seed := dice.Uint64N(1 << 32)
	return func() {
		c := newClient(ctx, p, new(life))
		defer c.close()
		_ = c.admin("power-loss", object{"seed": seed}) // is never answered
	}, nil
}

func (cuttingPower) bury(p *process) error {
	if err := p.wait(10 * time.Second); err != nil {
		return err
	}
	if !strings.Contains(p.stderr.String(), "the power is lost") {
		return fmt.Errorf("it did not end by the loss of power: %s", p.stderr.String())
	}
	return nil
}
