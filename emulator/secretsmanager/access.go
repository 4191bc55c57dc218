package secretsmanager

import (
	"net/http"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Needs says which permissions a request wants of its caller:
// secretsmanager:OPERATION on the secret's ARN, whose suffix a policy matches
// with -??????, and kms:Decrypt where a value is read that lies under a key of
// the account's own; none for an operation there is not.
//
// Source: Service Authorization Reference, "Actions, resources, and condition
// keys for AWS Secrets Manager".
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	in := &struct {
		SecretId, Name string
		SecretIdList   []string
	}{}
	operation, known, err := s.json.Asked(r, in)
	if err != nil || !known {
		return nil, err
	}
	action := "secretsmanager:" + operation
	ctx := r.Context()
	switch operation {
	case "ListSecrets", "GetRandomPassword":
		return []wire.Need{{Action: action, Resource: "*"}}, nil
	case "CreateSecret":
		id := wire.IdentityFrom(ctx)
		return []wire.Need{{Action: action, Resource: "arn:aws:secretsmanager:" + id.Region + ":" + id.Account + ":secret:" + in.Name}}, nil
	case "BatchGetSecretValue":
		needs := []wire.Need{{Action: action, Resource: "*"}}
		for _, id := range in.SecretIdList {
			needs = append(needs, s.needs(r, "secretsmanager:GetSecretValue", id)...)
		}
		return needs, nil
	}
	return s.needs(r, action, in.SecretId), nil
}

func (s *Service) needs(r *http.Request, action, id string) []wire.Need {
	s.mu.Lock()
	secret := s.lookup(r.Context(), id)
	s.mu.Unlock()
	if secret == nil {
		at := wire.IdentityFrom(r.Context())
		return []wire.Need{{Action: action, Resource: "arn:aws:secretsmanager:" + at.Region + ":" + at.Account + ":secret:" + id}}
	}
	needs := []wire.Need{{Action: action, Resource: secret.ARN}}
	if action == "secretsmanager:GetSecretValue" && secret.KeyID != defaultKey {
		if key, err := s.cfg.Keys.KeyARN(r.Context(), secret.KeyID); err == nil { // one that is gone, the operation tells
			needs = append(needs, wire.Need{Action: "kms:Decrypt", Resource: key})
		}
	}
	return needs
}

// ResourcePolicy is the policy of the secret with this ARN.
func (s *Service) ResourcePolicy(arn string) (policy string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.secrets.All("") {
		if secret.ARN == arn && secret.Policy != "" {
			return secret.Policy, true
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
