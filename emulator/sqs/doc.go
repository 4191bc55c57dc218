// Package sqs is the embedded AWS's queue service: standard and FIFO queues
// with visibility timeouts, delays, retention, long polls, dead-letter queues,
// deduplication and move tasks, over the JSON and the query protocol.
//
// State lives in memory under one lock; each change is handed to a store and an
// answer that acknowledges a write waits until it is kept. Long polls are
// served by the send, release or timer that makes a message visible: nothing
// polls. Every time is the emulator's (package clock).
//
// Kept but without effect: the queue's Policy and its encryption settings.
// Refused, by AWS's error for an unknown operation: AddPermission and
// RemovePermission. Messages are purged and queues deleted at once, where AWS
// takes up to a minute.
//
// Sources: Amazon SQS API Reference and Developer Guide (read November 2026)
// and the numbered facts of docs/sqs.md, cited as SQS-n.
package sqs
