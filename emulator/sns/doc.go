// Package sns keeps topics, standard and FIFO, and hands what is published to
// the queues and functions that subscribed: filter policies on attributes and on
// the body, raw delivery, message attributes, batches, deduplication, redrive to
// a dead-letter queue, tags and policies.
//
// Publishing answers when every subscriber has the message, so an
// acknowledged one survives a kill. A delivery fails only for a reason that AWS
// does not retry either (the queue is gone, its policy does not let the topic
// send); it goes to the subscription's dead-letter queue at once, and without
// one is dropped with a line in the log, as on AWS.
//
// Notifications carry no Signature: there is no certificate to check it with.
// Not built and refused by name: every protocol but sqs and lambda (http, https,
// email, sms, mobile push, Firehose), delivery policies and status logging, data
// protection, archives and replay.
//
// Sources: SNS API Reference (2010-03-31); SNS Developer Guide.
package sns
