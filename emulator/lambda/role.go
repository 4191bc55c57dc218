package lambda

import "github.com/anikeshk/cumin/emulator/internal/wire"

// Roles answers what the roles of functions are allowed.
type Roles interface {
	// Assumable reports whether the role is there and trusts Lambda.
	Assumable(roleARN string) bool
	// Allowed reports whether the role may do an action on a resource.
	Allowed(roleARN, action, resource string) bool
}

// checkRole refuses a role that the function could not run as, and one that may
// not send to the function's dead-letter target.
func (s *Service) checkRole(f *Function) error {
	if s.cfg.Roles == nil || f.Runtime == inProcess {
		return nil
	}
	if !s.cfg.Roles.Assumable(f.Role) {
		return errInvalid("The role defined for the function cannot be assumed by Lambda.")
	}
	return s.checkSends(f, f.DeadLetter)
}

// checkSends refuses destinations the function's role may not send to; "" is
// none.
func (s *Service) checkSends(f *Function, targets ...string) error {
	for _, target := range targets {
		if target == "" {
			continue
		}
		if n, words := sendingNeeds(target); !s.allowed(f, n.Action, n.Resource) {
			return errRoleLacks(words)
		}
	}
	return nil
}

// checkAccess refuses a mapping whose function's role lacks what Lambda does in
// its name: reading the source, and telling of what it gave up. AWS looks when
// the mapping is made or changed, and so does this; a permission taken away
// later does not stop a mapping here (Developer Guide, "Using Lambda with Amazon
// SQS" and "… DynamoDB", execution role permissions).
func (s *Service) checkAccess(f *Function, m *Mapping) error {
	if m.isStream() {
		for _, n := range []wire.Need{
			{Action: "dynamodb:DescribeStream", Resource: m.Source},
			{Action: "dynamodb:GetRecords", Resource: m.Source},
			{Action: "dynamodb:GetShardIterator", Resource: m.Source},
			{Action: "dynamodb:ListStreams", Resource: "*"},
		} {
			if !s.allowed(f, n.Action, n.Resource) {
				return errInvalid("Cannot access stream %s. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.", m.Source)
			}
		}
		return s.checkSends(f, m.OnFailure)
	}
	for _, action := range []string{"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"} {
		if !s.allowed(f, "sqs:"+action, m.Source) {
			return errRoleLacks(action + " on SQS")
		}
	}
	return nil
}

func (s *Service) allowed(f *Function, action, resource string) bool {
	return s.cfg.Roles == nil || f.Runtime == inProcess || s.cfg.Roles.Allowed(f.Role, action, resource)
}

func errRoleLacks(what string) *wire.Error {
	return errInvalid("The function execution role does not have permissions to call %s", what)
}
