package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/logs"
	"github.com/anikeshk/cumin/emulator/sqs"
)

// openServices builds each service with what it needs of the others. The order
// is that of need: what is asked comes before who asks.
func (a *AWS) openServices() (err error) {
	if a.sqs, err = sqs.New(sqs.Config{
		Clock: a.clock, Store: a.store, Log: a.logOf(serviceSQS), NewID: newRequestID, Endpoint: a.Endpoint(), Faults: queueFaults{a.faults},
	}); err != nil {
		return fmt.Errorf("open sqs: %w", err)
	}
	if a.logs, err = logs.New(logs.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceLogs)}); err != nil {
		return fmt.Errorf("open logs: %w", err)
	}
	if a.lambda, err = lambda.New(lambda.Config{
		Clock: a.clock, Store: a.store, Log: a.logOf(serviceLambda), Dir: a.scratch, Endpoint: a.Endpoint(), NewID: newRequestID,
		Logs: a.logs, Queues: queueSource{a.sqs}, Faults: a.faults,
	}); err != nil {
		return fmt.Errorf("open lambda: %w", err)
	}
	a.services = map[string]http.Handler{
		serviceSQS:    a.sqs,
		serviceLogs:   a.logs,
		serviceLambda: a.lambda,
	}
	return nil
}

// closeServices stops what runs by itself. Open may have failed before it was
// built.
func (a *AWS) closeServices() {
	if a.lambda != nil {
		a.lambda.Close()
	}
}

func (a *AWS) logOf(service string) *slog.Logger {
	return a.log.With(slog.String("aws_service", service))
}

// queueFaults answers the questions of sqs from the rules.
type queueFaults struct{ rules *fault.Set }

func (f queueFaults) Duplicate(queueARN string) bool {
	return f.rules.Hit(fault.Duplicate, queueARN, "")
}

func openStore(string) (store.Store, error) {
	return nil, errors.New("the durable store is not built")
}
