// Package emulator is AWS in one Go process: DynamoDB with streams, SQS, S3,
// Lambda running real bootstrap binaries, CloudFormation, and as much of IAM,
// STS and CloudWatch Logs as templates and SDKs need. It is a library first:
//
//	aws := emulator.Start(t)           // random port, in memory, gone with the test
//	os.Setenv("AWS_ENDPOINT_URL", aws.Endpoint())
//	aws.Clock().Advance(16 * time.Minute)
//
// and a process second: Serve is what `cumin aws` runs. Nothing is global; as
// many as memory holds run side by side.
//
// This package only routes requests and joins the services to each other. The
// services know nothing of one another: each declares what it needs of the
// others as an interface, and the adapters in this package are the joints.
//
// What AWS does and this does not: signatures are read but not verified
// (presigned S3 URLs are), all regions and accounts share one process, and an
// operation or parameter that is not built is refused by name, never ignored.
package emulator
