package emulator

import (
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

// misbehave asks the rules about an operation, service.Operation: it may be
// slow, fail before it runs, or run and never be answered. It reports whether
// it answered; with the answer lost it panics with http.ErrAbortHandler, which
// cuts the connection.
func (a *AWS) misbehave(w http.ResponseWriter, r *http.Request, service http.Handler, operation string) bool {
	if !a.faults.Armed() {
		return false
	}
	broken, fails, delay := a.faults.Operation(operation)
	if delay > 0 {
		// Real time: the client waits in real time, and a frozen clock must not hang it.
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	if fails {
		answerFault(w, r, broken)
		return true
	}
	if a.faults.Hit(fault.Lost, operation, "") {
		service.ServeHTTP(unheard{}, r)
		panic(http.ErrAbortHandler)
	}
	return false
}

// unheard takes an answer that nobody will get.
type unheard http.Header

func (u unheard) Header() http.Header         { return http.Header(u) }
func (u unheard) Write(b []byte) (int, error) { return len(b), nil }
func (u unheard) WriteHeader(int)             {}

// answerFault answers the rule's error in the protocol of the request.
func answerFault(w http.ResponseWriter, r *http.Request, rule fault.Rule) {
	status := rule.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	message := rule.Message
	if message == "" {
		message = "This error was asked for by a fault rule."
	}
	w.Header().Set("X-Amzn-Errortype", rule.Code)
	if r.Header.Get("X-Amz-Target") != "" || isLambdaPath(r.URL.Path) {
		body := map[string]any{"__type": rule.Code, "message": message}
		if rule.Reason != "" {
			body["CancellationReasons"] = []map[string]string{{"Code": rule.Reason, "Message": message}}
		}
		writeJSON(w, status, body)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	type detail struct{ Code, Message string }
	var body any = struct {
		XMLName xml.Name `xml:"Error"`
		detail
	}{detail: detail{rule.Code, message}} // S3's form
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		body = struct {
			XMLName xml.Name `xml:"ErrorResponse"`
			Error   detail
		}{Error: detail{rule.Code, message}}
	}
	_ = xml.NewEncoder(w).Encode(body) // a client that left needs no answer
}
