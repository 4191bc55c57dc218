package lambda

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Statement is one permission of a function's resource policy, as IAM reads it.
type Statement struct {
	Sid, Effect string
	Principal   any // "*", or a map with Service or AWS
	Action      string
	Resource    string
	Condition   map[string]map[string]string `json:",omitempty"`
}

// AddPermissionInput is one permission; Qualifier narrows it to a version or an
// alias.
type AddPermissionInput struct {
	StatementId           string
	Action                string
	Principal             string
	SourceArn             string
	SourceAccount         string
	PrincipalOrgID        string
	EventSourceToken      string
	FunctionUrlAuthType   string
	InvokedViaFunctionUrl *bool
	RevisionId            *string
}

func (in *AddPermissionInput) statement(resource string) (Statement, error) {
	switch {
	case in.EventSourceToken != "":
		return Statement{}, errUnsupported("EventSourceToken")
	case in.FunctionUrlAuthType != "" || in.InvokedViaFunctionUrl != nil:
		return Statement{}, errUnsupported("function URLs")
	case !statementID.MatchString(in.StatementId):
		return Statement{}, errConstraint("'"+in.StatementId+"'", "statementId", "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)")
	case !strings.HasPrefix(in.Action, "lambda:") && in.Action != "*":
		return Statement{}, errConstraint("'"+in.Action+"'", "action", `Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`)
	case in.Principal == "":
		return Statement{}, errConstraint("null", "principal", "Member must not be null")
	}
	st := Statement{Sid: in.StatementId, Effect: "Allow", Action: in.Action, Resource: resource, Condition: map[string]map[string]string{}}
	switch {
	case in.Principal == "*":
		st.Principal = "*"
	case strings.HasSuffix(in.Principal, ".amazonaws.com"):
		st.Principal = map[string]string{"Service": in.Principal}
	case accountID.MatchString(in.Principal):
		st.Principal = map[string]string{"AWS": "arn:aws:iam::" + in.Principal + ":root"}
	default:
		st.Principal = map[string]string{"AWS": in.Principal}
	}
	equal := map[string]string{}
	if in.SourceAccount != "" {
		equal["AWS:SourceAccount"] = in.SourceAccount
	}
	if in.PrincipalOrgID != "" {
		equal["aws:PrincipalOrgID"] = in.PrincipalOrgID
	}
	if len(equal) > 0 {
		st.Condition["StringEquals"] = equal
	}
	if in.SourceArn != "" {
		st.Condition["ArnLike"] = map[string]string{"AWS:SourceArn": in.SourceArn}
	}
	return st, nil
}

// AddPermission adds a statement to the policy of a function, a version or an
// alias and returns it.
func (s *Service) AddPermission(ctx context.Context, name, qualifier string, in *AddPermissionInput) (*Statement, error) {
	c, err := s.resolve(ctx, name, qualifier)
	if err != nil {
		return nil, err
	}
	st, err := in.statement(c.arn())
	if err != nil {
		return nil, err
	}
	return &st, s.changePolicy(c, in.RevisionId, func(old []Statement) ([]Statement, error) {
		if hasStatement(old, in.StatementId) {
			return nil, errStatementExists(in.StatementId)
		}
		return append(slices.Clone(old), st), nil
	})
}

// RemovePermission removes a statement.
func (s *Service) RemovePermission(ctx context.Context, name, qualifier, statement string, revision *string) error {
	c, err := s.resolve(ctx, name, qualifier)
	if err != nil {
		return err
	}
	return s.changePolicy(c, revision, func(old []Statement) ([]Statement, error) {
		if !hasStatement(old, statement) {
			return nil, errNoStatement(statement)
		}
		return slices.DeleteFunc(slices.Clone(old), func(st Statement) bool { return st.Sid == statement }), nil
	})
}

func hasStatement(policy []Statement, id string) bool {
	return slices.ContainsFunc(policy, func(st Statement) bool { return st.Sid == id })
}

func (s *Service) changePolicy(c callee, revision *string, edit func([]Statement) ([]Statement, error)) error {
	return s.annotate(c.e, func(f *Function) error {
		if revision != nil && *revision != f.RevisionID {
			return errRevision()
		}
		next, err := edit(f.Policies[c.qualifier])
		if err != nil {
			return err
		}
		if f.Policies == nil {
			f.Policies = map[string][]Statement{}
		}
		if f.Policies[c.qualifier] = next; len(next) == 0 {
			delete(f.Policies, c.qualifier)
		}
		return nil
	})
}

func (s *Service) addPermission(ctx context.Context, r *request) (any, error) {
	in := &AddPermissionInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	st, err := s.AddPermission(ctx, r.path("name"), r.query("Qualifier"), in)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(st)
	return struct{ Statement string }{string(text)}, err
}

func (s *Service) getPolicy(ctx context.Context, r *request) (any, error) {
	c, err := s.resolve(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	fn := c.e.pool.function()
	if len(fn.Policies[c.qualifier]) == 0 {
		return nil, errNoPolicy()
	}
	return struct{ Policy, RevisionId string }{policyText(fn.Policies[c.qualifier]), fn.RevisionID}, nil
}

func policyText(statements []Statement) string {
	text, err := json.Marshal(struct {
		Version   string
		Id        string
		Statement []Statement
	}{"2012-10-17", "default", statements})
	if err != nil {
		panic(err) // texts and maps of texts always encode
	}
	return string(text)
}

// ResourcePolicy is the policy of the function, version or alias with this ARN;
// empty when it has none.
func (s *Service) ResourcePolicy(arn string) string {
	c, err := s.calleeAt(arn)
	if err != nil {
		return "" // no such function, which the operation says
	}
	statements := c.e.pool.function().Policies[c.qualifier]
	if len(statements) == 0 {
		return ""
	}
	return policyText(statements)
}

func (s *Service) removePermission(ctx context.Context, r *request) (any, error) {
	var revision *string
	if id := r.query("RevisionId"); id != "" {
		revision = &id
	}
	return nil, s.RemovePermission(ctx, r.path("name"), r.query("Qualifier"), r.path("statement"), revision)
}
