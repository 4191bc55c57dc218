package emulator

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/dynamodb"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/kms"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/logs"
	"github.com/anikeshk/cumin/emulator/s3"
	"github.com/anikeshk/cumin/emulator/secretsmanager"
	"github.com/anikeshk/cumin/emulator/sns"
	"github.com/anikeshk/cumin/emulator/sqs"
	"github.com/anikeshk/cumin/emulator/ssm"
	"github.com/anikeshk/cumin/emulator/sts"
)

// openServices builds each service with what it needs of the others. The order
// is that of need: what is asked comes before who asks.
func (a *AWS) openServices(o Options) (err error) {
	objects := "" // in memory
	if o.Dir != "" {
		objects = filepath.Join(o.Dir, "objects")
	}
	delay, err := o.Latency.streamDelay()
	if err != nil {
		return err
	}
	if a.dynamodb, err = dynamodb.New(dynamodb.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceDynamoDB), NewID: newRequestID, Faults: readFaults{a.faults}, Trace: a.trace}); err != nil {
		return fmt.Errorf("open dynamodb: %w", err)
	}
	if a.sqs, err = sqs.New(sqs.Config{
		Clock: a.clock, Store: a.store, Log: a.logOf(serviceSQS), NewID: newRequestID, Endpoint: a.Endpoint(), Faults: queueFaults{a.faults}, Trace: a.trace,
	}); err != nil {
		return fmt.Errorf("open sqs: %w", err)
	}
	if a.s3, err = s3.New(s3.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceS3), Dir: objects, Power: a.power, Bodies: o.Snapshot.objects(), Secret: a.secretOf, Events: a.bucketEvents(o)}); err != nil {
		return fmt.Errorf("open s3: %w", err)
	}
	if a.logs, err = logs.New(logs.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceLogs)}); err != nil {
		return fmt.Errorf("open logs: %w", err)
	}
	if a.iam, err = iam.New(iam.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceIAM), NewID: newRequestID, Unevaluated: o.WithoutIAM}); err != nil {
		return fmt.Errorf("open iam: %w", err)
	}
	var roles lambda.Roles
	if !o.WithoutIAM {
		roles = functionRoles{a}
	}
	if a.lambda, err = lambda.New(lambda.Config{
		Clock: a.clock, Store: a.store, Log: a.logOf(serviceLambda), Dir: a.code, Endpoint: a.Endpoint(), NewID: newRequestID,
		Objects: objectSource{a.s3}, Logs: a.logs, Streams: streamSource{a.dynamodb}, Queues: queueSource{a.sqs}, Topics: topicSource{a}, Faults: a.faults, Trace: a.trace, Still: o.still(), Roles: roles, StreamDelay: delay, Seed: o.Seed,
	}); err != nil {
		return fmt.Errorf("open lambda: %w", err)
	}
	if err := a.openKeepers(o); err != nil {
		return err
	}
	if a.cloudformation, err = cloudformation.New(cloudformation.Config{
		Clock: a.clock, Store: a.store, Log: a.logOf(serviceCloudFormation), NewID: newRequestID, Types: a.resourceTypes(), Objects: objectSource{a.s3}, Values: templateValues{a}, Still: o.still(),
	}); err != nil {
		return fmt.Errorf("open cloudformation: %w", err)
	}
	close(a.opened)
	a.services = map[string]http.Handler{
		serviceDynamoDB:       a.dynamodb,
		serviceStreams:        a.dynamodb,
		serviceSQS:            a.sqs,
		serviceS3:             a.s3,
		serviceLogs:           a.logs,
		serviceIAM:            a.iam,
		serviceSTS:            sts.New(a.logOf(serviceSTS), roleSessions{a}),
		serviceKMS:            a.kms,
		serviceSSM:            a.ssm,
		serviceSecrets:        a.secrets,
		serviceSNS:            a.sns,
		serviceLambda:         a.lambda,
		serviceCloudFormation: a.cloudformation,
	}
	return nil
}

// openKeepers builds the services that keep small things: keys, parameters,
// secrets, topics.
func (a *AWS) openKeepers(o Options) (err error) {
	check := iam.CheckResourcePolicy
	if o.WithoutIAM {
		check = func(string) error { return nil }
	}
	if a.kms, err = kms.New(kms.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceKMS), NewID: newRequestID, CheckPolicy: check}); err != nil {
		return fmt.Errorf("open kms: %w", err)
	}
	if a.ssm, err = ssm.New(ssm.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceSSM), Keys: a.kms}); err != nil {
		return fmt.Errorf("open ssm: %w", err)
	}
	if a.secrets, err = secretsmanager.New(secretsmanager.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceSecrets), NewID: newRequestID, Keys: a.kms, CheckPolicy: check}); err != nil {
		return fmt.Errorf("open secretsmanager: %w", err)
	}
	if a.sns, err = sns.New(sns.Config{Clock: a.clock, Store: a.store, Log: a.logOf(serviceSNS), NewID: newRequestID, Endpoint: a.Endpoint(), Targets: topicTargets{a}, CheckPolicy: check}); err != nil {
		return fmt.Errorf("open sns: %w", err)
	}
	return nil
}

// closeServices stops those that do things by themselves, those that ask
// others first. Open may have failed before they were built.
func (a *AWS) closeServices() {
	if a.cloudformation != nil {
		a.cloudformation.Close()
	}
	if a.s3 != nil {
		a.s3.Close()
	}
	if a.lambda != nil {
		a.lambda.Close()
	}
}

func (a *AWS) logOf(service string) *slog.Logger {
	return a.log.With(slog.String("aws_service", service))
}

// secretOf tells s3 what a presigned URL must be signed with: functions, users
// and sessions have secrets of their own, everybody else the one.
func (a *AWS) secretOf(accessKey string) (string, bool) {
	if secret, ok := a.lambda.Secret(accessKey); ok {
		return secret, true
	}
	if secret, ok := a.iam.Secret(accessKey); ok {
		return secret, true
	}
	return s3.DefaultSecret, true
}

// readFaults answers the questions of dynamodb from the rules.
type readFaults struct{ *fault.Set }

func (f readFaults) Stale(index string) bool { return f.Hit(fault.Stale, index, "") }

// Hold keeps a transaction in flight while a rule says so, in real time as its
// client waits.
func (f readFaults) Hold(ctx context.Context, operation string) {
	delay := f.InFlight(serviceDynamoDB + "." + operation)
	if delay == 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// queueFaults answers the questions of sqs from the rules.
type queueFaults struct{ rules *fault.Set }

func (f queueFaults) Duplicate(queueARN string) bool {
	return f.rules.Hit(fault.Duplicate, queueARN, "")
}
