package lambda

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

var (
	functionName  = pattern.New(`^[a-zA-Z0-9-_]{1,64}$`)
	qualifierName = pattern.New(`^(\$LATEST|[a-zA-Z0-9-_]{1,128})$`)
	aliasName     = pattern.New(`^[a-zA-Z0-9-_]{1,128}$`)
	statementID   = pattern.New(`^[a-zA-Z0-9-_]{1,100}$`)
	accountID     = pattern.New(`^\d{12}$`)
)

// reference is what a caller may write for a function: a name, NAME:QUALIFIER,
// ACCOUNT:function:NAME or a whole ARN with or without a qualifier.
type reference struct {
	Account, Region, Name, Qualifier string
}

// parseReference reads a function reference; what it leaves out is the caller's.
func parseReference(s string, id wire.Identity) (reference, error) {
	r := reference{Account: id.Account, Region: id.Region}
	parts := strings.Split(s, ":")
	switch {
	case len(parts) >= 7 && parts[0] == "arn" && parts[2] == "lambda" && parts[5] == "function":
		r.Region, r.Account = parts[3], parts[4]
		parts = parts[6:]
	case len(parts) >= 3 && parts[1] == "function":
		r.Account = parts[0]
		parts = parts[2:]
	}
	r.Name = parts[0]
	if len(parts) == 2 {
		r.Qualifier = parts[1]
	}
	if len(parts) > 2 || !functionName.MatchString(r.Name) || len(parts) == 2 && !qualifierName.MatchString(r.Qualifier) {
		return r, errConstraint("'"+s+"'", "functionName", `Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`)
	}
	return r, nil
}

// arn is the unqualified ARN.
func (r reference) arn() string {
	return "arn:aws:lambda:" + r.Region + ":" + r.Account + ":function:" + r.Name
}

// nameIn is the name of the function in an ARN, which may have a qualifier.
func nameIn(functionARN string) string {
	ref, err := parseReference(functionARN, wire.Identity{})
	if err != nil {
		return functionARN
	}
	return ref.Name
}
