package sqs

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// actionOf is the permissions whose name is not sqs:OPERATION: an entry of a
// batch needs what it would need alone (Service Authorization Reference,
// "Actions, resources, and condition keys for Amazon SQS").
var actionOf = map[string]string{
	"SendMessageBatch":             "sqs:SendMessage",
	"DeleteMessageBatch":           "sqs:DeleteMessage",
	"ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}

// accessInput is the members of all operations that name queues.
type accessInput struct {
	QueueUrl               string
	QueueName              string
	QueueOwnerAWSAccountId string
	SourceArn              string
	DestinationArn         string
	TaskHandle             string
}

// Needs says which permissions a request wants of its caller; none for an
// operation there is not. Its error is the answer to a body that is malformed.
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	operation, in, err := s.readAccess(r)
	if _, known := s.json.Ops[operation]; err != nil || !known {
		return nil, err
	}
	action := actionOf[operation]
	if action == "" {
		action = "sqs:" + operation
	}
	one := func(resource string) []wire.Need { return []wire.Need{{Action: action, Resource: resource}} }
	switch operation {
	case "ListQueues":
		return one("*"), nil
	case "CreateQueue", "GetQueueUrl":
		id := wire.IdentityFrom(r.Context())
		owner := id.Account
		if in.QueueOwnerAWSAccountId != "" {
			owner = in.QueueOwnerAWSAccountId
		}
		return one(arn{region: id.Region, account: owner, name: in.QueueName}.String()), nil
	case "StartMessageMoveTask":
		return moveNeeds(in), nil
	case "ListMessageMoveTasks":
		return one(in.SourceArn), nil
	case "CancelMessageMoveTask":
		return one(s.sourceOf(in.TaskHandle)), nil
	}
	queue, err := identify(r.Context(), in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return one(queue.String()), nil
}

// moveNeeds: whoever starts a move must be allowed to make it by hand
// (Developer Guide, "Configuring queue permissions" of a dead-letter queue
// redrive).
func moveNeeds(in *accessInput) []wire.Need {
	var needs []wire.Need
	for _, action := range []string{"sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"} {
		needs = append(needs, wire.Need{Action: action, Resource: in.SourceArn})
	}
	if in.DestinationArn != "" {
		needs = append(needs, wire.Need{Action: "sqs:SendMessage", Resource: in.DestinationArn})
	}
	return needs
}

// sourceOf is the queue a move takes from, "*" when there is no such move.
func (s *Service) sourceOf(handle string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.moves {
		if m.handle() == handle {
			return m.Source
		}
	}
	return "*"
}

// readAccess reads the operation and what it names, of either protocol.
func (s *Service) readAccess(r *http.Request) (operation string, in *accessInput, err error) {
	in = &accessInput{}
	body, err := wire.PeekBody(r, maxBody)
	if err != nil {
		return "", in, err
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, operation, _ = strings.Cut(target, ".")
		if err := json.Unmarshal(body, in); len(body) > 0 && err != nil {
			return operation, in, wire.Errorf(400, "SerializationException", "%v", err)
		}
		return operation, in, nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return "", in, wire.Errorf(400, "MalformedQueryString", "The request body is not a form: %s.", err)
	}
	for name, values := range r.URL.Query() {
		form[name] = values // as the protocol reads it: the URL wins
	}
	queueFromPath(r, form)
	in.QueueUrl, in.QueueName, in.QueueOwnerAWSAccountId = form.Get("QueueUrl"), form.Get("QueueName"), form.Get("QueueOwnerAWSAccountId")
	in.SourceArn, in.DestinationArn, in.TaskHandle = form.Get("SourceArn"), form.Get("DestinationArn"), form.Get("TaskHandle")
	return form.Get("Action"), in, nil
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence. SQS writes the action in lower case.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	e := refuse("AccessDeniedException", "AccessDenied", "%s", words(strings.ToLower(n.Action), n.Resource))
	e.Status = http.StatusForbidden
	return e
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	if r.Header.Get("X-Amz-Target") != "" {
		s.json.Refuse(w, r, err)
		return
	}
	s.query.Refuse(w, r, queryWords(err))
}
