// Command dispatch is the function behind the jobs stream that puts queued
// export jobs on the exports queue and deletions on the purge queue. It is a `bootstrap` for provided.al2023.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/environ"
	"github.com/anikeshk/cumin/internal/queue"
)

const name = "dispatch"

func main() {
	h, err := fromEnv(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(h.Handle)
}

func fromEnv(ctx context.Context) (*Handler, error) {
	env := environ.Reader{Lookup: os.LookupEnv}
	exports, purge, parked := env.Required("CUMIN_QUEUE_EXPORTS"), env.Required("CUMIN_QUEUE_PURGE"), env.Required("CUMIN_QUEUE_PARKED")
	log := environ.Logger(os.Stderr, env.Level("CUMIN_LOG_LEVEL"), name)
	if err := env.Err(); err != nil {
		return nil, err
	}
	cfg, err := awsenv.Load(ctx)
	if err != nil {
		return nil, err
	}
	sender := queue.NewSender(cfg)
	return &Handler{
		Queue:   sender,
		Exports: exports,
		Purge:   purge,
		Park:    queue.Park{Sender: sender, URL: parked, Function: name, Log: log},
		Log:     log,
	}, nil
}
