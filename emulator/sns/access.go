package sns

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Needs says which permissions a request wants of its caller: sns:OPERATION on
// the topic, sns:Publish for a batch; none for an operation there is not.
//
// Source: Service Authorization Reference, "Actions, resources, and condition
// keys for Amazon SNS".
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	body, err := wire.PeekBody(r, s.query.MaxBody)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, wire.Errorf(400, "MalformedQueryString", "The request body is not a form: %s.", err)
	}
	for name, values := range r.URL.Query() {
		form[name] = values // as the protocol reads it: the URL wins
	}
	operation := form.Get("Action")
	if _, known := s.query.Ops[operation]; !known {
		return nil, nil
	}
	resource := form.Get("TopicArn") + form.Get("TargetArn") + form.Get("ResourceArn")
	switch {
	case operation == "ListTopics" || operation == "ListSubscriptions":
		resource = "*"
	case operation == "CreateTopic":
		id := wire.IdentityFrom(r.Context())
		resource = "arn:aws:sns:" + id.Region + ":" + id.Account + ":" + form.Get("Name")
	case operation == "PublishBatch":
		operation = "Publish"
	case form.Get("SubscriptionArn") != "":
		arn := form.Get("SubscriptionArn")
		resource = arn[:max(strings.LastIndexByte(arn, ':'), 0)]
	}
	return []wire.Need{{Action: "sns:" + operation, Resource: resource}}, nil
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	return wire.Errorf(http.StatusForbidden, "AuthorizationError", "%s", words("SNS:"+strings.TrimPrefix(n.Action, "sns:"), n.Resource))
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.query.Refuse(w, r, err)
}
