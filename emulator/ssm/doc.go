// Package ssm is the Parameter Store of Systems Manager: String, StringList and
// SecureString parameters with their versions, labels, hierarchies, filters and
// tags. A SecureString is encrypted under a key of KMS, whose errors it answers
// with.
//
// Not built and refused by name: parameter policies, the data types of AMIs and
// integrations, sharing between accounts, and every other part of Systems
// Manager.
//
// Sources: Systems Manager API Reference (2014-11-06); Systems Manager User
// Guide, "Working with Parameter Store".
package ssm
