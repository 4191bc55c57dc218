// Command exports is the function behind the exports queue that writes a
// project's tasks into a file, and behind its dead-letter queue that declares
// jobs failed. It is a `bootstrap` for provided.al2023.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/environ"
	"github.com/anikeshk/cumin/internal/queue"
)

const name = "exports"

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
	bucket := env.Required("CUMIN_BUCKET_EXPORTS")
	exports, dead := env.Required("CUMIN_QUEUE_EXPORTS"), env.Required("CUMIN_QUEUE_EXPORTS_DEAD_ARN")
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
	db := dynamo.Open(cfg, tables)
	return &Handler{
		Runs:    db.ExportRuns(),
		Access:  db.Projects(),
		Tasks:   db.TaskScan(),
		People:  db.Profiles(),
		Bucket:  Bucket{Client: awsenv.S3(cfg), Name: bucket},
		Queue:   Messages{Client: sqs.NewFromConfig(cfg), Sender: queue.NewSender(cfg), URL: exports},
		DeadARN: dead,
		Park:    queue.Park{Sender: queue.NewSender(cfg), URL: parked, Function: name, Log: log},
		Holder:  rand.Text,
		Clock:   now,
		Log:     log,
	}, nil
}
