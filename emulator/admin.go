package emulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// adminPrefix is where the emulator's own API lives, beside AWS's; no AWS
// service has paths or buckets that begin with an underscore.
const adminPrefix = "/_cumin/"

// maxClockPoll bounds one long poll for a change of the clock.
const maxClockPoll = 25 * time.Second

func (a *AWS) serveAdmin(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+adminPrefix+"health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
	})
	mux.HandleFunc("GET "+adminPrefix+"clock", a.getClock)
	mux.HandleFunc("POST "+adminPrefix+"clock", a.postClock)
	mux.ServeHTTP(w, r)
}

// getClock answers the clock's state; with ?after=REV only once the state is
// newer than REV, or after 25 real seconds.
func (a *AWS) getClock(w http.ResponseWriter, r *http.Request) {
	state, changed := a.clock.State()
	if after := r.URL.Query().Get("after"); after != "" {
		rev, err := strconv.ParseUint(after, 10, 64)
		if err != nil {
			badRequest(w, "after must be a revision number")
			return
		}
		if state.Rev <= rev {
			// Real time: a poll must end although the emulator's clock may stand still.
			timeout := time.NewTimer(maxClockPoll)
			defer timeout.Stop()
			select {
			case <-changed:
			case <-timeout.C:
			case <-r.Context().Done():
				return
			}
			state, _ = a.clock.State()
		}
	}
	writeJSON(w, http.StatusOK, state)
}

// postClock advances, freezes or resumes the clock and answers its state.
func (a *AWS) postClock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Advance string `json:"advance"` // a Go duration, e.g. "16m"
		Freeze  *bool  `json:"freeze"`
	}
	if !readBody(w, r, &in) {
		return
	}
	var step time.Duration
	if in.Advance != "" {
		var err error
		if step, err = time.ParseDuration(in.Advance); err != nil || step < 0 {
			badRequest(w, `advance must be a duration of zero or more, such as "16m"`)
			return
		}
	}
	if in.Freeze != nil {
		if *in.Freeze {
			a.clock.Freeze()
		} else {
			a.clock.Resume()
		}
	}
	a.clock.Advance(step)
	state, _ := a.clock.State()
	writeJSON(w, http.StatusOK, state)
}

func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		badRequest(w, err.Error())
		return false
	}
	return true
}

func badRequest(w http.ResponseWriter, message string) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": message})
}
