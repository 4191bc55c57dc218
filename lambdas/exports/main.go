// Command exports is the function behind the exports queue that writes a
// project's tasks into a file, and behind its dead-letter queue that declares
// jobs failed. It is a `bootstrap` for provided.al2023.
package main

import (
	"crypto/rand"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/function"
)

func main() { function.Start("exports", build) }

func build(env *function.Env) any {
	tables := dynamo.Tables{
		Core:  env.Required("CUMIN_TABLE_CORE"),
		Tasks: env.Required("CUMIN_TABLE_TASKS"),
		Jobs:  env.Required("CUMIN_TABLE_JOBS"),
	}
	db := dynamo.Open(env.AWS, tables)
	h := Handler{
		Runs:    db.ExportRuns(),
		Access:  db.Projects(),
		Tasks:   db.TaskScan(),
		People:  db.Profiles(),
		Bucket:  Bucket{Client: awsenv.S3(env.AWS), Name: env.Required("CUMIN_BUCKET_EXPORTS")},
		Queue:   Messages{Client: sqs.NewFromConfig(env.AWS), Sender: env.Sender, URL: env.Required("CUMIN_QUEUE_EXPORTS")},
		DeadARN: env.Required("CUMIN_QUEUE_EXPORTS_DEAD_ARN"),
		Park:    env.Park,
		Holder:  rand.Text,
		Clock:   env.Clock,
		Log:     env.Log,
	}
	return h.Handle
}
