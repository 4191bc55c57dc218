// Command purge is the function behind the purge queue that erases what
// deleted projects held. It is a `bootstrap` for provided.al2023.
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

const name = "purge"

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
		Core:  env.Required("CUMIN_TABLE_CORE"),
		Tasks: env.Required("CUMIN_TABLE_TASKS"),
		Jobs:  env.Required("CUMIN_TABLE_JOBS"),
	}
	purge, parked := env.Required("CUMIN_QUEUE_PURGE"), env.Required("CUMIN_QUEUE_PARKED")
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
	sender := queue.NewSender(cfg)
	return &Handler{
		Store: dynamo.Open(cfg, tables).Erasure(),
		Queue: sender,
		URL:   purge,
		Park:  queue.Park{Sender: sender, URL: parked, Function: name, Log: log},
		Pause: pauseBetween,
		Clock: now,
		Log:   log,
	}, nil
}
