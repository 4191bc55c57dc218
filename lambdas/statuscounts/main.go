// Command statuscounts is the function behind the tasks stream that keeps each
// project's counts per status. It is a `bootstrap` for provided.al2023.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/environ"
	"github.com/anikeshk/cumin/internal/queue"
)

const name = "statuscounts"

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
	tables := dynamo.Tables{
		Core:    env.Required("CUMIN_TABLE_CORE"),
		Counted: env.Required("CUMIN_TABLE_COUNTED"),
	}
	parked := env.Required("CUMIN_QUEUE_PARKED")
	log := environ.Logger(os.Stderr, env.Level("CUMIN_LOG_LEVEL"), name)
	if err := env.Err(); err != nil {
		return nil, err
	}
	cfg, err := awsenv.Load(ctx)
	if err != nil {
		return nil, err
	}
	now, err := clock.FromEnv(ctx)
	if err != nil {
		return nil, err
	}
	return &Handler{
		Store: dynamo.Open(cfg, tables).Counts(),
		Park:  queue.Park{Sender: queue.NewSender(cfg), URL: parked, Function: name, Log: log},
		Clock: now,
		Log:   log,
	}, nil
}
