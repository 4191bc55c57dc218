// Package s3 is the embedded AWS's object store: buckets with their settings,
// objects with ranges, conditions, versions, tags and checksums, multipart
// uploads, presigned URLs, CORS, lifecycle rules that the clock carries out, and
// event notifications to queues and functions.
//
// A body is streamed into a blob (a file when Config.Dir is set, memory
// otherwise) before the index hears of it, so that memory does not grow with
// objects; the index lives in memory and each change of it is kept by a store
// before it is acknowledged. A blob without an index entry, left by a killed
// process, is removed at the next start.
//
// Requests must be signed. The signature of a presigned URL or POST form is
// verified; that of a request with an Authorization header is taken at its
// word, as everywhere in the embedded AWS. Encryption settings are kept and
// answered but bodies lie in the clear. Refused with NotImplemented: ACLs beyond
// the bucket owner's, policies, object lock, customer keys (SSE-C), transitions
// of storage class, website hosting, replication.
//
// Sources: Amazon S3 API Reference and User Guide (read November 2026) and the
// facts of docs/s3.md, cited as S3-n.
package s3
