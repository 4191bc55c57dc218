package emulator

import (
	"context"
	"errors"
	"net/http"

	"github.com/anikeshk/cumin/emulator/internal/power"
)

// ErrPowerLost is how Serve ends when the power was lost, by LosePower or by a
// rule of kind fault.PowerLoss.
var ErrPowerLost = power.ErrLost

// ErrNothingKept is what LosePower answers where a loss of power would leave
// nothing at all.
var ErrNothingKept = errors.New("an AWS in memory has nothing that could survive a loss of power")

// LosePower cuts the power of an AWS that keeps a folder, and returns when the
// folder holds what a disk might that lost what was not synced; the seed decides
// between the possible outcomes. No request is answered after that. Close this
// AWS, then open the folder again. Errors: ErrNothingKept, or the file system's.
func (a *AWS) LosePower(seed uint64) error {
	if a.power == nil {
		return ErrNothingKept
	}
	a.power.Fail(power.Dice(seed))
	return a.power.Wait()
}

// PowerLost is closed when the power of this AWS is lost; it never is in memory.
func (a *AWS) PowerLost() <-chan struct{} { return a.power.Off() }

// watchPower cuts every connection when the power is lost.
func (a *AWS) watchPower(ctx context.Context) {
	off := a.power.Off()
	if off == nil {
		return
	}
	go func() {
		select {
		case <-off:
			_ = a.server.Close() // nobody is left to tell
		case <-ctx.Done():
		}
	}()
}

func (a *AWS) postPowerLoss(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Seed uint64 `json:"seed"`
	}
	if !readBody(w, r, &in) {
		return
	}
	if err := a.LosePower(in.Seed); err != nil {
		badRequest(w, err.Error())
		return
	}
	panic(http.ErrAbortHandler)
}
