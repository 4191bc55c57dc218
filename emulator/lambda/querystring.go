package lambda

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// queryMembers are the members that operations take from the query string, as
// in the API Reference; those this package does not build are missing here.
var queryMembers = map[string][]string{
	"GetFunction":                     {"Qualifier"},
	"GetFunctionConfiguration":        {"Qualifier"},
	"DeleteFunction":                  {"Qualifier"},
	"ListFunctions":                   {"FunctionVersion", "Marker", "MaxItems"},
	"ListVersionsByFunction":          {"Marker", "MaxItems"},
	"ListAliases":                     {"FunctionVersion", "Marker", "MaxItems"},
	"AddPermission":                   {"Qualifier"},
	"GetPolicy":                       {"Qualifier"},
	"RemovePermission":                {"Qualifier", "RevisionId"},
	"ListFunctionEventInvokeConfigs":  {"Marker", "MaxItems"},
	"Invoke":                          {"Qualifier"},
	"PutFunctionEventInvokeConfig":    {"Qualifier"},
	"UpdateFunctionEventInvokeConfig": {"Qualifier"},
	"GetFunctionEventInvokeConfig":    {"Qualifier"},
	"DeleteFunctionEventInvokeConfig": {"Qualifier"},
	"UntagResource":                   {"tagKeys"},
	"ListEventSourceMappings":         {"FunctionName", "EventSourceArn", "Marker", "MaxItems"},
}

// checkQuery refuses a member of the query string that the operation does not
// have, as body refuses one of the body.
func checkQuery(operation string, query url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(queryMembers[operation], name) && !strings.HasPrefix(name, "X-Amz-") {
			return errUnsupported("the parameter " + name + " of this operation")
		}
	}
	return nil
}
