// Package platform runs the whole of Cumin on one machine: it builds what
// changed, starts the embedded AWS, applies deploy/data.yaml, starts auth, api,
// sockets and nginx, keeps them running and stops them again. The cumin command
// and the end-to-end suites both start the stack through Start, so what tests
// prove is what people run.
package platform
