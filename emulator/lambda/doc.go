// Package lambda is AWS Lambda: functions as real bootstrap binaries
// (provided.al2023) driven over the Runtime API, or as Go handlers inside the
// process, and event source mappings from DynamoDB streams and SQS queues.
//
// A function's processes live in real time: durations, timeouts and deadlines
// are the wall clock's, because the process reads that clock too. Everything
// else (retries, batching windows, record age) hangs on the emulator's clock.
//
// What differs from AWS: a process is not frozen between two invocations, /tmp
// is the machine's, memory is checked ten times a second (on Linux) rather than
// limited by the kernel, and at most Config.MaxProcesses processes of one version
// of a function run at once (more invocations wait; reserved concurrency and the
// account's throttle as on AWS). Layers, images, VPC, file systems, SnapStart,
// response streaming, function URLs, provisioned concurrency and pollers, code
// signing, and event buses as destinations are refused by name.
//
// Sources: AWS Lambda Developer Guide and API Reference (2015-03-31), "Using
// the Lambda runtime API"; facts 20–23 of the conformance notes.
package lambda
