// Package iam keeps roles with their trust and their policies, and evaluates
// the policies: [Evaluate] is pure, Service.Decide asks it about a role, and the
// facade asks Decide about every call a function makes.
//
// A policy has Effect, Action or NotAction, and Resource or NotResource, with
// wildcards. Conditions and policy variables are refused when the policy is
// stored, in words; so is a managed policy that is not known here (managed.go).
// Permissions boundaries, session policies, service control policies and
// policies of resources (queues, buckets, functions) do not exist. Users,
// groups, instance profiles and managed policies of one's own are not built and
// refused by name.
//
// IAM is global: roles belong to an account and to no region. A change holds
// from the next call on; AWS takes seconds.
//
// Sources: IAM API Reference (2010-05-08); IAM User Guide, "IAM JSON policy
// reference".
package iam
