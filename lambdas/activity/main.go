// Command activity is the function behind the streams of core, tasks and jobs
// that tells people what happened: it writes inboxes and feeds and pushes to
// the sockets instances. It is a `bootstrap` for provided.al2023.
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
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/queue"
)

const name = "activity"

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
		Core:      env.Required("CUMIN_TABLE_CORE"),
		Inbox:     env.Required("CUMIN_TABLE_INBOX"),
		Ephemeral: env.Required("CUMIN_TABLE_EPHEMERAL"),
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
	db, sender := dynamo.Open(cfg, tables), queue.NewSender(cfg)
	return &Handler{
		Inbox:       db.Inbox(),
		History:     db.History(),
		Preferences: db.Preferences(),
		Directory:   db.Directory(),
		Members:     db.Members(),
		Push:        notify.Pusher{Registry: registry{db.Registry(), now}, Queue: sender},
		Park:        queue.Park{Sender: sender, URL: parked, Function: name, Log: log},
		Clock:       now,
		Log:         log,
	}, nil
}
