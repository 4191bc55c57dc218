package lambda

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"
)

// sandbox is one execution environment of a function: a process behind the
// Runtime API, or a Go handler. It runs one invocation at a time.
type sandbox interface {
	// run hands the invocation over and waits until it is answered, has failed
	// or has timed out. The first run includes the init phase.
	run(*invocation) outcome
	// healthy reports whether it can run another.
	healthy() bool
	// stop kills it; a running invocation fails. Safe to call twice.
	stop()
	// logStream is where its output goes, within the function's log group.
	logStream() string
}

// invocation is one run of a function. A retry of the same event is another
// invocation with the same id, as on AWS.
type invocation struct {
	id            string // request id
	arn           string // of the function, as it was named
	payload       []byte
	run           string // its event in the trace
	clientContext string
	tail          *tail  // keeps the end of its log output
	begin         func() // writes the START line, once; called when the environment has taken it
	answered      atomic.Bool
}

// outcome is how an invocation ended.
type outcome struct {
	payload []byte
	failed  bool          // the function answered an error, crashed or timed out
	lost    bool          // the sandbox was gone before it took the invocation: run it elsewhere
	took    time.Duration // without init
	init    time.Duration // of the init phase; 0 when it was warm
	peakMB  int           // most memory the process ever used

	timedOut   bool
	errorKind  string // of an environment that broke, e.g. Runtime.ExitError; empty when the function answered
	initFailed bool   // it never came to the invocation
}

// broke makes the outcome that of an environment that is gone.
func (o *outcome) broke(kind string, payload []byte) {
	o.failed, o.errorKind, o.payload = true, kind, payload
}

// late makes the outcome that of an invocation that took too long.
func (o *outcome) late(id string, timeout time.Duration) {
	o.failed, o.timedOut, o.payload = true, true, timedOut(id, timeout)
}

// status is how the REPORT lines end; empty when the function answered, even
// with an error.
func (o *outcome) status() string {
	switch {
	case o.timedOut:
		return "Status: timeout"
	case o.errorKind != "":
		return "Status: error\tError Type: " + o.errorKind
	}
	return ""
}

// What environments break of.
const (
	exitError   = "Runtime.ExitError"
	outOfMemory = "Runtime.OutOfMemory"
	noEntry     = "Runtime.InvalidEntrypoint"
)

// errorTypeOf is the errorType of an error payload.
func errorTypeOf(payload []byte) string {
	var body struct {
		ErrorType string `json:"errorType"`
	}
	if json.Unmarshal(payload, &body) != nil || body.ErrorType == "" {
		return "Runtime.Unknown"
	}
	return body.ErrorType
}

// failure builds the error payload of Lambda's own failures.
func failure(id, kind, message string) []byte {
	return failureBody(kind, "RequestId: "+id+" Error: "+message)
}

func failureBody(kind, message string) []byte {
	b, err := json.Marshal(struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}{kind, message})
	if err != nil {
		panic(err) // two strings always encode
	}
	return b
}

func timedOut(id string, timeout time.Duration) []byte {
	return failure(id, "Sandbox.Timedout", timeoutText(timeout))
}

func timeoutText(timeout time.Duration) string {
	return fmt.Sprintf("Task timed out after %.2f seconds", timeout.Seconds())
}
