package emulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/journal"
	"github.com/anikeshk/cumin/emulator/trace"
)

// watched tells how a request was answered, before the client can know: who has
// read an answer finds its outcome in the trace.
type watched struct {
	http.ResponseWriter
	began    time.Time // real time
	answered func(outcome string, took time.Duration)
	once     sync.Once // the journal is told once
	failed   int       // the status of an error whose code is still to come, with the body
}

// watch tells the trace, and the journal if one is kept, how a request for an
// operation is answered.
func (a *AWS) watch(w http.ResponseWriter, r *http.Request, id, operation string) *watched {
	out := &watched{ResponseWriter: w, began: time.Now()}
	if a.journal == nil {
		out.answered = func(outcome string, took time.Duration) { a.trace.End(id, outcome, took) }
		return out
	}
	said, where := listen(r), r.Method+" "+r.URL.RequestURI()
	out.answered = func(outcome string, took time.Duration) {
		a.trace.End(id, outcome, took)
		out.once.Do(func() {
			a.journal.Add(journal.Entry{
				At: a.clock.Now(), Kind: journal.Request, ID: id, Name: operation, Detail: where, Outcome: outcome, Body: bytes.Clone(said.kept.Bytes()),
			})
		})
	}
	return out
}

func (w *watched) WriteHeader(status int) {
	switch code := w.Header().Get("X-Amzn-Errortype"); {
	case status < 400:
		w.answered(trace.OK, time.Since(w.began))
	case code != "":
		w.answered(code, time.Since(w.began))
	case w.Header().Get("Content-Length") == "": // no body tells more
		w.answered(strconv.Itoa(status), time.Since(w.began))
	default:
		w.failed = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.failed != 0 {
		w.answered(errorCode(w.failed, b), time.Since(w.began))
		w.failed = 0
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// errorCode finds AWS's code in an error's body, which is written in one piece;
// the status when there is none.
func errorCode(status int, body []byte) string {
	var inJSON struct {
		Type string `json:"__type"`
	}
	if json.Unmarshal(body, &inJSON) == nil && inJSON.Type != "" {
		return inJSON.Type
	}
	var inXML struct {
		Code  string
		Error struct{ Code string }
	}
	if xml.NewDecoder(bytes.NewReader(body)).Decode(&inXML) == nil && inXML.Code+inXML.Error.Code != "" {
		return inXML.Code + inXML.Error.Code
	}
	return strconv.Itoa(status)
}
