package kms

import (
	"net/http"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// accessInput is the members that name keys, of all operations.
type accessInput struct {
	KeyId, TargetKeyId, AliasName string
	SourceKeyId, DestinationKeyId string
	CiphertextBlob                []byte
}

// Needs says which permissions a request wants of its caller: kms:OPERATION on
// the key, also when an alias named it, and on the alias that is changed; none
// for an operation there is not.
//
// Source: Service Authorization Reference, "Actions, resources, and condition
// keys for AWS Key Management Service".
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	in := &accessInput{}
	operation, known, err := s.json.Asked(r, in)
	if err != nil || !known {
		return nil, err
	}
	resource := func(key string) string {
		s.mu.Lock()
		defer s.mu.Unlock()
		if place, _, ok := placeOf(in.CiphertextBlob); key == "" && ok {
			if k, ok := s.keys.Get(place); ok {
				return k.ARN
			}
		}
		k, err := s.key(r.Context(), key)
		if err != nil {
			account, region := scope(r.Context())
			return arn(account, region, "key/"+key) // the operation says that there is none
		}
		return k.ARN
	}
	need := func(action, resource string) wire.Need { return wire.Need{Action: "kms:" + action, Resource: resource} }
	switch operation {
	case "CreateKey", "ListKeys", "ListAliases", "GenerateRandom":
		return []wire.Need{need(operation, "*")}, nil
	case "ReEncrypt":
		return []wire.Need{need("ReEncryptFrom", resource(in.SourceKeyId)), need("ReEncryptTo", resource(in.DestinationKeyId))}, nil
	case "CreateAlias", "UpdateAlias", "DeleteAlias":
		account, region := scope(r.Context())
		needs := []wire.Need{need(operation, arn(account, region, in.AliasName))}
		target := in.TargetKeyId
		if target == "" {
			s.mu.Lock()
			a, ok := s.aliases.Get(shelf.Key(account, region, in.AliasName))
			s.mu.Unlock()
			if !ok {
				return needs, nil
			}
			target = a.KeyID
		}
		return append(needs, need(operation, resource(target))), nil
	}
	return []wire.Need{need(operation, resource(in.KeyId))}, nil
}

// ResourcePolicy is the policy of the key with this ARN.
func (s *Service) ResourcePolicy(keyARN string) (policy string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys.All("") {
		if k.ARN == keyARN {
			return k.Policy, true
		}
	}
	return "", false
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
