package emulator

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/anikeshk/cumin/emulator/journal"
)

// postSnapshot answers the whole state as a file: Snapshot.Write's form.
func (a *AWS) postSnapshot(w http.ResponseWriter, _ *http.Request) {
	s, err := a.Snapshot()
	if errors.Is(err, ErrNoSnapshots) {
		writeJSON(w, http.StatusConflict, map[string]string{"error": err.Error()})
		return
	}
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	a.writeFile(w, s.Write)
}

// writeFile answers a file. A failure after its beginning cuts the connection,
// and Read finds the end missing.
func (a *AWS) writeFile(w http.ResponseWriter, write func(io.Writer) error) {
	w.Header().Set("Content-Type", "application/octet-stream")
	if err := write(w); err != nil {
		a.log.Warn("answer a file", slog.Any("err", err))
		panic(http.ErrAbortHandler)
	}
}

// getJournal answers the journal as a file, or with ?after=N the entries after
// that one, without their bodies, at most maxRecent.
func (a *AWS) getJournal(w http.ResponseWriter, r *http.Request) {
	j, err := a.Journal()
	if err != nil {
		writeJSON(w, http.StatusConflict, map[string]string{"error": err.Error()})
		return
	}
	after := r.URL.Query().Get("after")
	if after == "" {
		a.writeFile(w, j.Write)
		return
	}
	n, err := strconv.Atoi(after)
	if err != nil {
		badRequest(w, "after must be the number of an entry")
		return
	}
	out := []journal.Entry{}
	for _, e := range j.Entries() {
		if e.N > n && len(out) < maxRecent {
			e.Body = nil
			out = append(out, e)
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"entries": out})
}
