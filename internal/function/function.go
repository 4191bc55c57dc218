// Package function is what the main of every Lambda function does first: read
// the settings, reach AWS, follow the clock. It leaves to the function what is
// its own.
package function

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/environ"
	"github.com/anikeshk/cumin/internal/queue"
)

// Env is what a function is given at its start.
type Env struct {
	environ.Reader // of settings that only this function has

	AWS    aws.Config
	Clock  cumin.Clock
	Sender queue.Sender
	Park   queue.Park // for what no retry can help
	Log    *slog.Logger
}

// Start hands what build returns, a handler in one of the forms of
// lambda.Start, to Lambda. When a setting is missing it names all that are and
// ends the process, which Lambda reports as an error of the initialisation.
func Start(name string, build func(*Env) any) {
	handler, err := assemble(context.Background(), name, os.LookupEnv, os.Stderr, build)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func assemble(ctx context.Context, name string, lookup func(string) (string, bool), logs io.Writer, build func(*Env) any) (any, error) {
	cfg, err := awsenv.Load(ctx)
	if err != nil {
		return nil, err
	}
	now, err := clock.FromEnv(ctx)
	if err != nil {
		return nil, err
	}
	env := &Env{
		Reader: environ.Reader{Lookup: lookup},
		AWS:    cfg,
		Clock:  now,
		Sender: queue.NewSender(cfg),
	}
	env.Log = environ.Logger(logs, env.Level("CUMIN_LOG_LEVEL"), name)
	env.Park = queue.Park{Sender: env.Sender, URL: env.Required("CUMIN_QUEUE_PARKED"), Function: name, Log: env.Log}
	handler := build(env)
	if err := env.Err(); err != nil {
		return nil, err
	}
	if handler == nil {
		return nil, errors.New(name + " has no handler")
	}
	return handler, nil
}
