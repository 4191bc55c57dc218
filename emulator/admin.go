package emulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

// adminPrefix is where the emulator's own API lives, beside AWS's; no AWS
// service has paths or buckets that begin with an underscore.
const adminPrefix = "/_cumin/"

// maxClockPoll bounds one long poll for a change of the clock.
const maxClockPoll = 25 * time.Second

// newAdmin builds the admin API:
//
//	GET                the console, a web page over the rest
//	GET  resources     names of what there is, by kind
//	GET  health        {"status":"ready"}
//	GET  clock         clock.State; ?after=REV waits for a newer one
//	POST clock         {"advance":"16m"} | {"freeze":true|false} | {"auto":true|false}
//	GET, PUT, DELETE faults   rules in force, and strikes per kind
//	POST snapshot      the state as a file, for ReadSnapshot
//	GET  journal       the journal as a file; ?after=N: its entries after that one
//	GET  trace         ?request=ID: what it caused, and the bill; else recent ones
//	POST lambda/kill   {"function":NAME} → {"killed":N}
//	GET  credentials   a role's, as a task of ECS gets them (credentials.go)
//	GET  iam/used      what roles were allowed so far
//	POST power-loss    {"seed":N}; no answer: the connection is cut
func (a *AWS) newAdmin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+adminPrefix, serveConsole())
	mux.HandleFunc("GET "+adminPrefix+"resources", a.getResources)
	mux.HandleFunc("GET "+adminPrefix+"health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
	})
	mux.HandleFunc("GET "+adminPrefix+"clock", a.getClock)
	mux.HandleFunc("POST "+adminPrefix+"clock", a.postClock)
	mux.HandleFunc("GET "+adminPrefix+"faults", a.getFaults)
	mux.HandleFunc("PUT "+adminPrefix+"faults", a.putFaults)
	mux.HandleFunc("DELETE "+adminPrefix+"faults", a.deleteFaults)
	mux.HandleFunc("GET "+adminPrefix+"trace", a.getTrace)
	mux.HandleFunc("POST "+adminPrefix+"snapshot", a.postSnapshot)
	mux.HandleFunc("GET "+adminPrefix+"journal", a.getJournal)
	mux.HandleFunc("POST "+adminPrefix+"lambda/kill", a.postKill)
	mux.HandleFunc("GET "+adminPrefix+"credentials", a.getCredentials)
	mux.HandleFunc("GET "+adminPrefix+"iam/used", a.getUsed)
	mux.HandleFunc("POST "+adminPrefix+"power-loss", a.postPowerLoss)
	return mux
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
		Auto    *bool  `json:"auto"`
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
	if in.Auto != nil {
		a.clock.SetAuto(*in.Auto)
	}
	a.clock.Advance(step)
	state, _ := a.clock.State()
	if err := a.keepClock(state); err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, state)
}

// faultsState is the answer of the faults resource.
type faultsState struct {
	Rules []fault.Report     `json:"rules"`
	Fired map[fault.Kind]int `json:"fired"` // since the start, also by rules since replaced
}

func (a *AWS) getFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, faultsState{a.faults.Reports(), a.faults.Fired()})
}

// putFaults replaces the rules.
func (a *AWS) putFaults(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Rules []fault.Rule `json:"rules"`
	}
	if !readBody(w, r, &in) {
		return
	}
	if err := a.faults.Put(in.Rules...); err != nil {
		badRequest(w, err.Error())
		return
	}
	a.getFaults(w, r)
}

func (a *AWS) deleteFaults(w http.ResponseWriter, r *http.Request) {
	a.faults.Clear()
	a.getFaults(w, r)
}

func (a *AWS) postKill(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Function string `json:"function"`
	}
	if !readBody(w, r, &in) {
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"killed": a.lambda.KillProcesses(in.Function)})
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
