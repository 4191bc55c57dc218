// Package cloudformation applies templates: stacks, change sets, updates in
// place and by replacement, rollback, deletion policies, outputs and exports.
//
// It knows templates and nothing of the services: each resource type is a row
// of Types with the properties it understands, driven by a Driver that the
// facade joins to a service. A type or property that is not built is refused
// by name.
//
// A request that changes a stack is worked off in the background as on AWS, but
// the answer waits a moment for it: resources here take microseconds, and a
// client that looks at once finds the stack complete. What was begun when the
// emulator is killed is rolled back at the next start.
//
// Not built: nested stacks, stack sets, macros and transforms, drift, imports,
// stack policies, hooks, custom resources, notifications.
//
// Sources: AWS CloudFormation User Guide and API Reference (2010-05-15); fact
// 24 of the conformance notes.
package cloudformation
