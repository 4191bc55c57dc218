package lambda

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

// runtimePrefix is the path of the Runtime API (Developer Guide, "Using the
// Lambda runtime API for custom runtimes").
const runtimePrefix = "/2018-06-01/runtime/"

// serveRuntime answers the process's side of the Runtime API.
func (p *process) serveRuntime(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, runtimePrefix)
	id, action := "", path
	if rest, found := strings.CutPrefix(path, "invocation/"); found {
		id, action, _ = strings.Cut(rest, "/")
	}
	switch {
	case ok && r.Method == http.MethodGet && path == "invocation/next":
		p.serveNext(w, r)
	case ok && r.Method == http.MethodPost && id != "" && (action == "response" || action == "error"):
		p.serveAnswer(w, r, id, action == "error")
	case ok && r.Method == http.MethodPost && path == "init/error":
		p.serveInitError(w, r)
	default:
		http.NotFound(w, r)
	}
}

// serveNext hands out the next invocation; the poll stays open until there is one.
func (p *process) serveNext(w http.ResponseWriter, r *http.Request) {
	p.readyOnce.Do(func() {
		p.current.Store(nil)
		close(p.ready)
	})
	var inv *invocation
	select {
	case inv = <-p.next:
	case <-r.Context().Done():
		return
	}
	p.current.Store(inv)
	inv.begin() // before the process can print anything about it
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(wallNow().Add(time.Duration(p.fn.Timeout)*time.Second).UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", inv.arn)
	h.Set("Lambda-Runtime-Trace-Id", traceID(inv))
	if inv.clientContext != "" {
		h.Set("Lambda-Runtime-Client-Context", inv.clientContext)
	}
	h.Set("Content-Length", strconv.Itoa(len(inv.payload)))
	if _, err := w.Write(inv.payload); err != nil {
		p.s.log.DebugContext(r.Context(), "function left before its event", "function", p.fn.Name, "err", err)
	}
}

// traceID is an X-Ray header made from the invocation's id; nothing is sampled.
func traceID(inv *invocation) string {
	hex := strings.ReplaceAll(inv.id, "-", "")
	if len(hex) < 32 {
		hex += strings.Repeat("0", 32-len(hex))
	}
	return fmt.Sprintf("Root=1-%s-%s;Sampled=0", hex[:8], hex[8:32])
}

func (p *process) serveAnswer(w http.ResponseWriter, r *http.Request, id string, failed bool) {
	if mode := r.Header.Get("Lambda-Runtime-Function-Response-Mode"); mode != "" {
		runtimeError(w, http.StatusBadRequest, "InvalidResponseMode", "Cumin's embedded AWS does not stream responses.")
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxSyncBytes+1))
	if err != nil {
		runtimeError(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	inv := p.current.Load()
	if inv == nil || inv.id != id {
		runtimeError(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	if p.s.cfg.Faults.Hit(fault.Kill, p.fn.Name, fault.End) {
		p.stop() // the work is done, the answer is lost
		return
	}
	a := answer{payload: body, failed: failed}
	status := http.StatusAccepted
	if len(body) > maxSyncBytes {
		status = http.StatusRequestEntityTooLarge
		a = answer{failed: true, payload: failure(id, "Function.ResponseSizeTooLarge", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxSyncBytes))}
	}
	if !inv.answered.CompareAndSwap(false, true) {
		runtimeError(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID") // answered twice
		return
	}
	p.answered <- a
	if status != http.StatusAccepted {
		runtimeError(w, status, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes).")
		return
	}
	writeRaw(w, status, []byte(`{"status":"OK"}`))
}

func (p *process) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxSyncBytes))
	if err != nil {
		runtimeError(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	select {
	case <-p.ready:
		runtimeError(w, http.StatusForbidden, "InvalidStateTransition", "State transition from Ready to InitError failed for runtime.")
	case p.failed <- bytes.Clone(body):
		writeRaw(w, http.StatusAccepted, []byte(`{"status":"OK"}`))
	default:
		runtimeError(w, http.StatusForbidden, "InvalidStateTransition", "The init error was reported before.")
	}
}

func runtimeError(w http.ResponseWriter, status int, kind, message string) {
	writeRaw(w, status, failureBody(kind, message))
}

func writeRaw(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the process may be gone; its exit is noticed elsewhere
}
