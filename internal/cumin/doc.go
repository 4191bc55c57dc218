// Package cumin is the domain: projects, tasks, exports, notifications, the
// rules that hold over them, and the interfaces of the stores that keep them.
//
// It imports the standard library only. It knows nothing of HTTP, DynamoDB,
// SQS or JSON on a wire; those live at the rim (services, lambdas,
// internal/dynamo, internal/notify). Times are UTC, durations are
// time.Duration, sizes name their unit. Every refusal is an *Error with a
// stable Code.
package cumin
