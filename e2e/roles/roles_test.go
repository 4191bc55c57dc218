// Package roles shows that the roles of deploy/data.yaml allow what the product
// needs and nothing else: a walk through all of it, with every service and
// function under its own role, leaves no permission unused but those named here.
package roles

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/stack"
)

// At its best AWS: what only its failures need stays an exception, whatever the
// dice say.
func TestMain(m *testing.M) { stack.Main(m, stack.Options{IAM: true, Calm: true}) }

// Why the walk leaves a permission unused.
const (
	logs     = "Lambda writes a function's log as its role; the embedded one as itself"
	parks    = "a record or message that cannot be read is parked"
	hands    = "a run that has no time left hands the rest on"
	resumes  = "a run goes on with what a killed one had written"
	gives    = "a file is given up when its export is canceled in the middle"
	returns  = "a message whose job another run holds comes back when that may have ended"
	leaves   = "a board that nobody has open for half a minute, and an instance that stops, leave the registry"
	crowded  = "a column's ranks are rewritten when they have grown long: e2e/product"
	ownLogs  = "logs:createlogstream on logs:log-group:/aws/lambda/STACK-%s:*"
	ownLines = "logs:putlogevents on logs:log-group:/aws/lambda/STACK-%s:*"
)

// exceptions are the permissions that the walk may leave unused, by role; those
// of every function to write its log are not repeated here.
var exceptions = map[string]map[string]string{
	"DispatchRole": {"sqs:sendmessage on sqs:STACK-ranks": crowded},
	"ExportsRole": {
		"s3:abortmultipartupload on s3:STACK-exports-ACCOUNT/exports/*":     gives,
		"s3:getobject on s3:STACK-exports-ACCOUNT/exports/*":                resumes,
		"s3:listmultipartuploadparts on s3:STACK-exports-ACCOUNT/exports/*": resumes,
		"s3:listbucket on s3:STACK-exports-ACCOUNT":                         resumes,
		"sqs:changemessagevisibility on sqs:STACK-exports":                  returns,
		"sqs:sendmessage on sqs:STACK-exports":                              hands,
		"sqs:sendmessage on sqs:STACK-parked":                               parks,
	},
	"PurgeRole": {
		"sqs:sendmessage on sqs:STACK-purge":  hands,
		"sqs:sendmessage on sqs:STACK-parked": parks,
	},
	"RanksRole": {
		"dynamodb:getitem on dynamodb:table/STACK-jobs":     crowded,
		"dynamodb:updateitem on dynamodb:table/STACK-jobs":  crowded,
		"dynamodb:query on dynamodb:table/STACK-tasks":      crowded,
		"dynamodb:updateitem on dynamodb:table/STACK-tasks": crowded,
		"sqs:sendmessage on sqs:STACK-parked":               parks,
	},
	"SocketsRole": {
		"dynamodb:deleteitem on dynamodb:table/STACK-ephemeral": leaves,
		"sqs:deletequeue on sqs:STACK-sock-*":                   leaves,
	},
}

// excused says why a role may leave a permission unused; empty when it may not.
func excused(role, permission string) string {
	function := strings.ToLower(strings.TrimSuffix(role, "Role"))
	if permission == fmt.Sprintf(ownLogs, function) || permission == fmt.Sprintf(ownLines, function) {
		return logs
	}
	return exceptions[role][permission]
}

// uses are the actions that a role used and the permissions that it did not,
// without what differs from stack to stack.
type uses struct{ used, unused []string }

var (
	suffix = regexp.MustCompile(`-[0-9A-Z]{12}$`)
	where  = regexp.MustCompile(`arn:aws:([a-z0-9]+):[^:]*:\d*:`)
	bucket = regexp.MustCompile(`(STACK-exports)-\d{12}`)
	label  = regexp.MustCompile(`/stream/.*$`)
)

// ofRoles reads what the stack's roles did, by their names in the template.
func ofRoles(t *testing.T, s *stack.Stack) map[string]uses {
	t.Helper()
	all, err := stack.Uses(s.Platform)
	require.NoError(t, err)
	name := s.Outputs()["Stack"]
	found := map[string]uses{}
	for arn, use := range all {
		_, role, ours := strings.Cut(arn, ":role/"+name+"-")
		if !ours {
			continue
		}
		var u uses
		for action := range use.Used {
			u.used = append(u.used, strings.ToLower(action))
		}
		for _, line := range use.Unused {
			line = bucket.ReplaceAllString(strings.ReplaceAll(where.ReplaceAllString(line, "$1:"), name, "STACK"), "$1-ACCOUNT")
			u.unused = append(u.unused, label.ReplaceAllString(line, "/stream"))
		}
		found[suffix.ReplaceAllString(role, "")] = u
	}
	return found
}

func TestNoRoleAllowsWhatNothingNeeds(t *testing.T) {
	stack.Needs(t, stack.IAM, stack.Trace) // of the homes that enforce roles, those that tell what was used
	s := stack.Use(t)
	walk(t, s)
	found := ofRoles(t, s)
	require.Len(t, found, 9, "auth, api, sockets and six functions")
	for role, u := range found {
		t.Run(role, func(t *testing.T) {
			require.NotEmpty(t, u.used, "the role did nothing: the test showed nothing")
			for _, permission := range u.unused {
				if excused(role, permission) == "" {
					t.Errorf("nothing needed: %s", permission)
				}
			}
			for permission := range exceptions[role] {
				action, _, _ := strings.Cut(permission, " on ")
				if !slices.Contains(u.unused, permission) && !slices.Contains(u.used, action) {
					t.Errorf("an exception for what the role does not allow: %s", permission)
				}
			}
		})
	}
}
