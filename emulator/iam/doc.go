// Package iam keeps roles with their trust and inline policies, so that
// templates and SDKs find what they made. Policies are checked for being JSON
// and are not evaluated: every caller may do everything. Users, groups,
// instance profiles and managed policies of one's own are not built and refused
// by name; a managed policy's ARN may be attached and is remembered.
//
// IAM is global: roles belong to an account and to no region.
//
// Source: IAM API Reference (2010-05-08).
package iam
