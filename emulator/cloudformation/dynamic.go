package cloudformation

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Values reads what templates refer to in other services.
type Values interface {
	// Parameter is a value of the Parameter Store and its type; version may be empty.
	Parameter(ctx context.Context, name, version string) (value, kind string, err error)
	// Secret is the text of a secret; stage and version may be empty.
	Secret(ctx context.Context, id, stage, version string) (string, error)
}

// dynamicReference is {{resolve:service:…}} (User Guide, "Using dynamic
// references").
var dynamicReference = regexp.MustCompile(`\{\{resolve:([a-z-]+):([^{}]*)\}\}`)

// resolveAll puts the values of dynamic references into a copy of evaluated
// properties. The stack keeps the references: what they stand for is neither
// stored nor compared, so a changed secret alone is no update, as on AWS.
func (s *Service) resolveAll(st *Stack, v any, path string) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			r, err := s.resolveAll(st, e, path+"/"+k)
			if err != nil {
				return nil, err
			}
			out[k] = r
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			r, err := s.resolveAll(st, e, path)
			if err != nil {
				return nil, err
			}
			out[i] = r
		}
		return out, nil
	case string:
		return s.resolveText(st, v, path)
	}
	return v, nil
}

func (s *Service) resolveText(st *Stack, text, path string) (string, error) {
	var failed error
	out := dynamicReference.ReplaceAllStringFunc(text, func(m string) string {
		parts := dynamicReference.FindStringSubmatch(m)
		value, err := s.dynamic(contextOf(st), parts[1], parts[2], path)
		if err != nil && failed == nil {
			failed = err
		}
		return value
	})
	return out, failed
}

func (s *Service) dynamic(ctx context.Context, service, reference, path string) (string, error) {
	if s.cfg.Values == nil {
		return "", errUnsupported("dynamic references without the services they read")
	}
	switch service {
	case "ssm":
		name, version, _ := strings.Cut(reference, ":")
		value, kind, err := s.cfg.Values.Parameter(ctx, name, version)
		if err != nil {
			return "", errValidation("Parameters: [ssm:%s:%s] cannot be found.", name, version)
		}
		if kind == "SecureString" {
			return "", errValidation("Non-secure ssm prefix was used for secure parameter: %s", name)
		}
		return value, nil
	case "ssm-secure":
		// AWS resolves these in a list of properties, none of which is of a type here.
		return "", errValidation("SSM Secure reference is not supported in: [%s]", strings.TrimPrefix(path, "/"))
	case "secretsmanager":
		return s.secret(ctx, reference)
	}
	return "", errValidation("Could not parse the dynamic reference {{resolve:%s:%s}}: there is no service %s", service, reference, service)
}

// secret reads ID[:SecretString[:JSON-KEY[:STAGE[:VERSION]]]], where ID may be
// an ARN with colons of its own.
func (s *Service) secret(ctx context.Context, reference string) (string, error) {
	var id, rest string
	if strings.HasPrefix(reference, "arn:") {
		parts := strings.SplitN(reference, ":", 8)
		id = strings.Join(parts[:min(len(parts), 7)], ":")
		if len(parts) == 8 {
			rest = parts[7]
		}
	} else {
		id, rest, _ = strings.Cut(reference, ":")
	}
	parts := append(strings.Split(rest, ":"), "", "", "", "")
	kind, key, stage, version := parts[0], parts[1], parts[2], parts[3]
	if kind != "" && kind != "SecretString" {
		return "", errValidation("Could not parse SecretString from the dynamic reference of secret %s: %s is not SecretString", id, kind)
	}
	text, err := s.cfg.Values.Secret(ctx, id, stage, version)
	if err != nil {
		e := wire.AsError(err)
		return "", errValidation("Secrets Manager: %s (%s)", e.Message, e.Code)
	}
	if key == "" {
		return text, nil
	}
	var members map[string]any
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return "", errValidation("Could not parse SecretString JSON of secret %s", id)
	}
	value, ok := textOf(members[key])
	if !ok {
		return "", errValidation("Could not find a value associated with JSONKey in SecretString of secret %s", id)
	}
	return value, nil
}

// The parameter types whose value is a name in the Parameter Store.
const (
	storedName  = "AWS::SSM::Parameter::Name"
	storedValue = "AWS::SSM::Parameter::Value<"
)

// stored looks up the parameters whose values live in the Parameter Store; what
// they are is fixed for the operation.
func (s *Service) stored(ctx context.Context, t *Template, values map[string]string) (map[string]string, error) {
	var out map[string]string
	for name, value := range values {
		p := t.Parameters[name]
		if !strings.HasPrefix(p.Type, storedValue) && p.Type != storedName {
			continue
		}
		if s.cfg.Values == nil {
			return nil, errUnsupported("parameters of type " + p.Type + " without the Parameter Store")
		}
		text, kind, err := s.cfg.Values.Parameter(ctx, value, "")
		if err != nil {
			return nil, errValidation("Unable to fetch parameters [%s] from parameter store for this account.", value)
		}
		if p.Type == storedName {
			continue // it is there, which is all that is asked
		}
		if kind == "SecureString" {
			return nil, errValidation("Parameters [%s] referenced by template have types not supported by CloudFormation.", value)
		}
		if out == nil {
			out = map[string]string{}
		}
		out[name] = text
	}
	return out, nil
}
