package dynamodb

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// resourceOf says what an operation's permission, dynamodb:OPERATION, is asked
// on; operations whose permissions are others' are in needsOf (Service
// Authorization Reference, "Actions, resources, and condition keys for Amazon
// DynamoDB").
var resourceOf = map[string]func(context.Context, *accessInput) []string{
	"BatchGetItem":              requestedTables,
	"BatchWriteItem":            requestedTables,
	"CreateTable":               oneTable,
	"DeleteItem":                oneTable,
	"DeleteTable":               oneTable,
	"DescribeContinuousBackups": oneTable,
	"DescribeEndpoints":         everything,
	"DescribeLimits":            everything,
	"DescribeStream":            streamItself,
	"DescribeTable":             oneTable,
	"DescribeTimeToLive":        oneTable,
	"GetItem":                   oneTable,
	"GetRecords":                iteratorsStream,
	"GetShardIterator":          streamItself,
	"ListStreams":               everything,
	"ListTables":                everything,
	"ListTagsOfResource":        resourceItself,
	"PutItem":                   oneTable,
	"Query":                     tableOrIndex,
	"Scan":                      tableOrIndex,
	"TagResource":               resourceItself,
	"UntagResource":             resourceItself,
	"UpdateContinuousBackups":   oneTable,
	"UpdateItem":                oneTable,
	"UpdateTable":               oneTable,
	"UpdateTimeToLive":          oneTable,
}

// accessInput is the members of all operations that name resources.
type accessInput struct {
	TableName     string
	IndexName     string
	ResourceArn   string
	StreamArn     string
	ShardIterator string
	RequestItems  map[string]json.RawMessage
	TransactItems []map[string]struct{ TableName string }

	Statement                      string
	Statements, TransactStatements []struct{ Statement string }
}

// transactActions are the permissions of a transaction's members: its actions
// need those of their like outside, and there is none for the transaction
// (Developer Guide, "Using IAM with DynamoDB transactions").
var transactActions = map[string]string{
	"ConditionCheck": "dynamodb:ConditionCheckItem",
	"Delete":         "dynamodb:DeleteItem",
	"Get":            "dynamodb:GetItem",
	"Put":            "dynamodb:PutItem",
	"Update":         "dynamodb:UpdateItem",
}

// Needs says which permissions a request wants of its caller; none for an
// operation there is not. Its error is the answer to a body that is not JSON.
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if !s.offers(operation) {
		return nil, nil
	}
	body, err := wire.PeekBody(r, maxBody)
	if err != nil {
		return nil, err
	}
	in := &accessInput{}
	if err := json.Unmarshal(body, in); len(body) > 0 && err != nil {
		return nil, wire.Errorf(400, "SerializationException", "%v", err)
	}
	return needsOf(r.Context(), operation, in), nil
}

func (s *Service) offers(operation string) bool {
	_, data := s.data.Ops[operation]
	_, stream := s.streamAPI.Ops[operation]
	return data || stream
}

func needsOf(ctx context.Context, operation string, in *accessInput) (needs []wire.Need) {
	if operation == "TransactGetItems" || operation == "TransactWriteItems" {
		for _, item := range in.TransactItems {
			for _, kind := range slices.Sorted(maps.Keys(item)) {
				if action, ok := transactActions[kind]; ok { // another is refused by the operation
					needs = append(needs, wire.Need{Action: action, Resource: identify(ctx, item[kind].TableName).arn()})
				}
			}
		}
		return needs
	}
	if texts, ok := in.statements(operation); ok {
		for _, text := range texts {
			if need, ok := statementNeed(ctx, text); ok {
				needs = append(needs, need)
			}
		}
		if len(needs) == 0 { // nothing that can be read: not for everyone to try
			needs = append(needs, wire.Need{Action: "dynamodb:PartiQLSelect", Resource: "*"})
		}
		return needs
	}
	resources, ok := resourceOf[operation]
	if !ok {
		resources = everything
	}
	for _, resource := range resources(ctx, in) {
		needs = append(needs, wire.Need{Action: "dynamodb:" + operation, Resource: resource})
	}
	return needs
}

// statements are the PartiQL of a request; ok is false for an operation that
// takes none.
func (in *accessInput) statements(operation string) (texts []string, ok bool) {
	several := in.Statements
	switch operation {
	case "ExecuteStatement":
		return []string{in.Statement}, true
	case "BatchExecuteStatement":
	case "ExecuteTransaction":
		several = in.TransactStatements
	default:
		return nil, false
	}
	for _, s := range several {
		texts = append(texts, s.Statement)
	}
	return texts, true
}

// statementNeed is the permission of one statement, whatever operation runs it
// (Developer Guide, "IAM security policies with PartiQL for DynamoDB"). A
// statement that cannot be read has none: the operation refuses it.
func statementNeed(ctx context.Context, text string) (_ wire.Need, ok bool) {
	tree, _, err := partiql.Parse(text)
	if err != nil {
		return wire.Need{}, false
	}
	action, table := "", partiql.Table{}
	switch tree := tree.(type) {
	case *partiql.Select:
		action, table = "PartiQLSelect", tree.From
	case *partiql.Exists:
		action, table = "PartiQLSelect", tree.Select.From
	case *partiql.Insert:
		action, table = "PartiQLInsert", tree.Into
	case *partiql.Update:
		action, table = "PartiQLUpdate", tree.Table
	case *partiql.Delete:
		action, table = "PartiQLDelete", tree.From
	}
	resource := identify(ctx, table.Name).arn()
	if table.Index != "" {
		resource += "/index/" + table.Index
	}
	return wire.Need{Action: "dynamodb:" + action, Resource: resource}, true
}

func everything(context.Context, *accessInput) []string { return []string{"*"} }

func oneTable(ctx context.Context, in *accessInput) []string {
	return []string{identify(ctx, in.TableName).arn()}
}

// tableOrIndex: reading an index takes a permission on the index, not the table.
func tableOrIndex(ctx context.Context, in *accessInput) []string {
	arn := identify(ctx, in.TableName).arn()
	if in.IndexName != "" {
		arn += "/index/" + in.IndexName
	}
	return []string{arn}
}

func requestedTables(ctx context.Context, in *accessInput) (arns []string) {
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		arns = append(arns, identify(ctx, name).arn())
	}
	return arns
}

func resourceItself(_ context.Context, in *accessInput) []string { return []string{in.ResourceArn} }
func streamItself(_ context.Context, in *accessInput) []string   { return []string{in.StreamArn} }

// iteratorsStream: what is no iterator names no stream, and the operation
// refuses it.
func iteratorsStream(_ context.Context, in *accessInput) []string {
	it, err := parseIterator(in.ShardIterator)
	if err != nil {
		return []string{"*"}
	}
	return []string{it.stream}
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	return wire.Errorf(400, "AccessDeniedException", "%s", words(n.Action, n.Resource))
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.data.Refuse(w, r, err)
}
