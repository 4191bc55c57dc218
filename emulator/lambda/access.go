package lambda

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Needs says which permissions a request wants of its caller: lambda:OPERATION,
// but lambda:InvokeFunction to invoke; none for an operation there is not. Who
// gives a function a role must also be allowed to pass it on.
//
// Source: Service Authorization Reference, "Actions, resources, and condition
// keys for AWS Lambda".
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	operation := s.Operation(r)
	id := wire.IdentityFrom(r.Context())
	element := pathElement(r, 3) // /DATE/KIND/NAME
	switch operation {
	case "":
		return nil, nil
	case "Invoke":
		return []wire.Need{{Action: "lambda:InvokeFunction", Resource: functionResource(element, r.URL.Query().Get("Qualifier"), id)}}, nil
	case "ListFunctions", "ListEventSourceMappings", "CreateEventSourceMapping", "GetAccountSettings":
		return []wire.Need{{Action: "lambda:" + operation, Resource: "*"}}, nil
	case "GetEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping":
		return []wire.Need{{Action: "lambda:" + operation, Resource: mappingARN(id.Region, id.Account, element)}}, nil
	case "CreateFunction", "UpdateFunctionConfiguration":
		body, err := wire.PeekBody(r, maxBodyBytes)
		if err != nil {
			return nil, err
		}
		var in struct{ FunctionName, Role string }
		if err := json.Unmarshal(body, &in); len(body) > 0 && err != nil {
			return nil, wire.Errorf(400, "SerializationException", "%v", err)
		}
		if operation == "CreateFunction" {
			element = in.FunctionName
		}
		needs := []wire.Need{{Action: "lambda:" + operation, Resource: functionResource(element, "", id)}}
		if in.Role != "" {
			needs = append(needs, wire.Need{Action: "iam:PassRole", Resource: in.Role})
		}
		return needs, nil
	}
	return []wire.Need{{Action: "lambda:" + operation, Resource: functionResource(element, r.URL.Query().Get("Qualifier"), id)}}, nil
}

// functionResource is the ARN of a function however it is written. What is no
// reference stays as it is; the operation refuses it.
func functionResource(name, qualifier string, id wire.Identity) string {
	ref, err := parseReference(name, id)
	if err != nil {
		return name
	}
	if qualifier == "" {
		qualifier = ref.Qualifier
	}
	if qualifier != "" {
		return ref.arn() + ":" + qualifier
	}
	return ref.arn()
}

// pathElement is the i-th element of a path that begins with a slash, unescaped;
// empty when there is none.
func pathElement(r *http.Request, i int) string {
	elements := strings.Split(r.URL.EscapedPath(), "/")
	if i >= len(elements) {
		return ""
	}
	element, err := url.PathUnescape(elements[i])
	if err != nil {
		return ""
	}
	return element
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	return wire.Errorf(http.StatusForbidden, "AccessDeniedException", "%s", words(n.Action, n.Resource))
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) { s.writeError(w, r, err) }
