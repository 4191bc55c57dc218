// Command bootstrap is the function of the Lambda conformance tests, built
// with AWS's own runtime library. Its event says what it does; messages and
// stream records say it in their body or image.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do      string
	Text    string
	Records []record
}

type record struct {
	MessageID string `json:"messageId"`
	Body      string `json:"body"`
	DynamoDB  struct {
		SequenceNumber string
		NewImage       map[string]map[string]string
	} `json:"dynamodb"`
}

type failure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

func handle(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "fail":
		return nil, errors.New(e.Text)
	case "panic":
		panic(e.Text)
	case "exit":
		os.Exit(1)
	case "sleep":
		time.Sleep(time.Minute)
	case "print":
		fmt.Println(e.Text)
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{"arn": lc.InvokedFunctionArn, "name": lambdacontext.FunctionName, "left": time.Until(deadline).Seconds()}, nil
	case "env":
		return os.Getenv(e.Text), nil
	}
	if e.Records == nil {
		return e.Text, nil
	}
	failed := []failure{}
	for _, r := range e.Records {
		said, id := r.Body, r.MessageID
		if r.DynamoDB.SequenceNumber != "" {
			said, id = r.DynamoDB.NewImage["say"]["S"], r.DynamoDB.SequenceNumber
		}
		line, _ := json.Marshal(said)
		fmt.Printf("record %s\n", line)
		if said == "fail" {
			failed = append(failed, failure{id})
		}
	}
	return map[string]any{"batchItemFailures": failed}, nil
}

func main() { lambda.Start(handle) }
