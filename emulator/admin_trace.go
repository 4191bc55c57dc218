package emulator

import (
	"net/http"
	"strconv"

	"github.com/anikeshk/cumin/emulator/trace"
)

// maxRecent bounds a list of recent traces.
const maxRecent = 1000

// traceAnswer is what GET trace?request=ID answers.
type traceAnswer struct {
	Trace *trace.Node   `json:"trace"`
	Bill  trace.Bill    `json:"bill"`  // of all of it
	Roots []trace.Event `json:"roots"` // where it comes from, itself if from nowhere
	Drawn string        `json:"drawn"` // for a terminal
}

// recentTrace is one line of the list of recent traces.
type recentTrace struct {
	trace.Event
	Bill   trace.Bill `json:"bill"`   // of all that followed
	Events int        `json:"events"` // how many followed
	Failed int        `json:"failed"` // how many of them ended otherwise than well
}

// getTrace answers what a request, or any other event, caused; without an ID,
// the newest events that nothing caused and that had effects, at most ?limit.
func (a *AWS) getTrace(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if id := q.Get("request"); id != "" {
		root, ok := a.trace.Trace(id)
		if !ok {
			writeJSON(w, http.StatusNotFound, map[string]string{"error": "nothing is known about " + id + ", or no longer"})
			return
		}
		writeJSON(w, http.StatusOK, traceAnswer{root, root.Total(), a.trace.Roots(id), root.String()})
		return
	}
	limit := 50
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxRecent {
			badRequest(w, "limit must be a number from 1 to "+strconv.Itoa(maxRecent))
			return
		}
		limit = n
	}
	out := []recentTrace{}
	for _, e := range a.trace.Recent(limit) {
		root, ok := a.trace.Trace(e.ID)
		if !ok {
			continue // forgotten meanwhile
		}
		line := recentTrace{Event: e, Bill: root.Total(), Events: -1}
		for n := range root.All() {
			line.Events++
			if n.Failed() {
				line.Failed++
			}
		}
		out = append(out, line)
	}
	writeJSON(w, http.StatusOK, map[string]any{"recent": out})
}
