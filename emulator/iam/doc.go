// Package iam keeps roles, users with their access keys, and managed policies,
// gives out the credentials of roles, and evaluates policies: [Evaluate] is
// pure, Service.Decide asks it about a principal, and the facade asks Decide
// about every call of a caller whose access key the embedded AWS gave out.
//
// A policy has Effect, Action or NotAction, Resource or NotResource, Condition
// with every operator, and policy variables; one of a resource also Principal or
// NotPrincipal. What would be half understood is refused when it is stored, in
// words: condition keys that nobody here fills (keys.go) and AWS managed
// policies that are not known here (managed.go). Permissions boundaries, service
// control policies, groups, federation and MFA do not exist.
//
// IAM is global: roles belong to an account and to no region. A change holds
// from the next call on; AWS takes seconds.
//
// Sources: IAM API Reference (2010-05-08); IAM User Guide, "IAM JSON policy
// reference".
package iam
