package iam

import "strings"

// arnSegments is how many parts an ARN has: arn, partition, service, region,
// account, resource. The last may hold colons.
const arnSegments = 6

// matchResource reports whether a Resource pattern covers an ARN, or "*", which
// stands for an action that has no resource. Wildcards stay within their
// segment but for the pattern's last, which takes whatever follows (IAM User
// Guide, "IAM JSON policy elements: Resource").
func matchResource(pattern, resource string) bool {
	if pattern == "*" {
		return true
	}
	segments := strings.SplitN(pattern, ":", arnSegments)
	parts := strings.SplitN(resource, ":", len(segments))
	if len(parts) != len(segments) {
		return false
	}
	for i, segment := range segments {
		if !glob(segment, parts[i]) {
			return false
		}
	}
	return true
}

// glob reports whether text is what the pattern says: * is any run of bytes,
// ? any one byte. It takes at most len(pattern) × len(text) steps.
func glob(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // let the last star take one byte more
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
