package logs

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// accessInput is the members of all operations that name groups and streams.
type accessInput struct {
	LogGroupName       string `json:"logGroupName"`
	LogGroupNamePrefix string `json:"logGroupNamePrefix"`
	LogStreamName      string `json:"logStreamName"`
}

// Needs says which permissions a request wants of its caller: logs:OPERATION on
// the group and stream; none for an operation there is not. AWS writes a group
// as its stream without a name, which is why policies end in ":*".
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if _, known := s.json.Ops[operation]; !known {
		return nil, nil
	}
	body, err := wire.PeekBody(r, s.json.MaxBody)
	if err != nil {
		return nil, err
	}
	in := &accessInput{}
	if err := json.Unmarshal(body, in); len(body) > 0 && err != nil {
		return nil, wire.Errorf(400, "SerializationException", "%v", err)
	}
	id := wire.IdentityFrom(r.Context())
	g := Group{Name: in.LogGroupName + in.LogGroupNamePrefix, Account: id.Account, Region: id.Region}
	return []wire.Need{{Action: "logs:" + operation, Resource: g.arn() + ":log-stream:" + in.LogStreamName}}, nil
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	return wire.Errorf(400, "AccessDeniedException", "%s", words(n.Action, n.Resource))
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.json.Refuse(w, r, err)
}
