package ssm

import (
	"net/http"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// accessInput is the members that name parameters, of all operations.
type accessInput struct {
	Name, Path, ResourceId string
	Names                  []string
	WithDecryption         bool
}

// Needs says which permissions a request wants of its caller: ssm:OPERATION on
// each parameter, and kms:Decrypt where one is decrypted under a key of the
// account's own; none for an operation there is not.
//
// Source: Service Authorization Reference, "Actions, resources, and condition
// keys for AWS Systems Manager".
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	in := &accessInput{}
	operation, known, err := s.json.Asked(r, in)
	if err != nil || !known {
		return nil, err
	}
	ctx := r.Context()
	if operation == "DescribeParameters" {
		return []wire.Need{{Action: "ssm:DescribeParameters", Resource: "*"}}, nil
	}
	if in.Path != "" {
		return []wire.Need{{Action: "ssm:" + operation, Resource: arnOf(ctx, strings.TrimSuffix(in.Path, "/"))}}, nil
	}
	var needs []wire.Need
	for _, name := range append(in.Names, in.Name+in.ResourceId) {
		name, _ = selected(name)
		if name == "" && len(in.Names) > 0 {
			continue
		}
		needs = append(needs, wire.Need{Action: "ssm:" + operation, Resource: arnOf(ctx, name)})
		if key := s.ownKey(r, name); in.WithDecryption && key != "" {
			needs = append(needs, wire.Need{Action: "kms:Decrypt", Resource: key})
		}
	}
	return needs, nil
}

// ownKey is the ARN of the key a parameter is encrypted under, empty when that
// is AWS's, which everybody in the account may use through this service.
func (s *Service) ownKey(r *http.Request, name string) string {
	s.mu.Lock()
	_, v, err := s.find(r.Context(), name)
	s.mu.Unlock()
	if err != nil || v.Type != typeSecure || v.KeyID == defaultKey {
		return ""
	}
	key, err := s.cfg.Keys.KeyARN(r.Context(), v.KeyID)
	if err != nil {
		return "" // the operation says that it is gone
	}
	return key
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	return wire.Errorf(http.StatusBadRequest, "AccessDeniedException", "%s", words(n.Action, n.Resource))
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.json.Refuse(w, r, err)
}
