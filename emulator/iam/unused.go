package iam

import (
	"slices"
	"strings"
)

// Unused lists what a role's inline policies allow and nothing in used, which
// has resources by action, ever needed: "ACTION on RESOURCE", by the patterns of
// the policies. Managed policies are everybody's and not looked at.
func (s *Service) Unused(roleARN string, used map[string][]string) []string {
	role, ok := s.RoleByARN(roleARN)
	if !ok {
		return nil
	}
	var out []string
	for _, p := range role.inline {
		for _, st := range p.statements {
			if st.deny || st.notActions || st.notResources {
				continue
			}
			for _, action := range st.actions {
				for _, resource := range st.resources {
					if !matched(action, resource, used) {
						out = append(out, action+" on "+resource)
					}
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func matched(action, resource string, used map[string][]string) bool {
	for name, resources := range used {
		if glob(action, strings.ToLower(name)) && slices.ContainsFunc(resources, func(r string) bool { return matchResource(resource, r) }) {
			return true
		}
	}
	return false
}

// Roles lists the ARNs of every role of every account, in order.
func (s *Service) Roles() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, r := range s.roles.All("") {
		out = append(out, r.ARN)
	}
	slices.Sort(out)
	return out
}
