package emulator

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The names services have in a SigV4 credential scope. DynamoDB Streams signs
// as dynamodb and is told apart by its X-Amz-Target.
const (
	serviceDynamoDB       = "dynamodb"
	serviceStreams        = "streams.dynamodb"
	serviceSQS            = "sqs"
	serviceS3             = "s3"
	serviceLambda         = "lambda"
	serviceLogs           = "logs"
	serviceCloudFormation = "cloudformation"
	serviceIAM            = "iam"
	serviceSTS            = "sts"
	serviceKMS            = "kms"
	serviceSSM            = "ssm"
	serviceSecrets        = "secretsmanager"
	serviceSNS            = "sns"
)

// targets names the service of an X-Amz-Target prefix (AWS JSON protocols).
var targets = map[string]string{
	"DynamoDB_20120810":        serviceDynamoDB,
	"DynamoDBStreams_20120810": serviceStreams,
	"AmazonSQS":                serviceSQS,
	"Logs_20140328":            serviceLogs,
	"TrentService":             serviceKMS,
	"AmazonSSM":                serviceSSM,
	"secretsmanager":           serviceSecrets,
}

// queryVersions names the service of a query-protocol request that carries no
// signature, by its Version parameter.
var queryVersions = map[string]string{
	"2012-11-05": serviceSQS,
	"2010-05-15": serviceCloudFormation,
	"2010-05-08": serviceIAM,
	"2011-06-15": serviceSTS,
	"2010-03-31": serviceSNS,
}

// maxQueryPeekBytes bounds the form body read to find the Version of an
// unsigned query request. CloudFormation's templates are at most 1 MB, and
// percent-encoding triples that.
const maxQueryPeekBytes = 4 << 20

// serviceOf says which service a request is for: by its target header, by its
// signature's scope, by its query-protocol version, by Lambda's dated paths,
// and otherwise S3, whose requests may be anonymous and live on any path and
// on virtual hosts.
func serviceOf(r *http.Request, id wire.Identity) string {
	if prefix, _, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		if name, known := targets[prefix]; known {
			return name
		}
		return "target " + prefix
	}
	if id.Service != "" {
		return id.Service
	}
	if version := queryVersion(r); version != "" {
		if name, known := queryVersions[version]; known {
			return name
		}
		return "query version " + version
	}
	if isLambdaPath(r.URL.Path) {
		return serviceLambda
	}
	return serviceS3
}

func isLambdaPath(path string) bool {
	for _, prefix := range []string{"/2015-03-31/functions", "/2015-03-31/event-source-mappings", "/2017-03-31/tags", "/2017-10-31/functions", "/2019-09-"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// queryVersion returns the Version of a query-protocol request, empty for any
// other.
func queryVersion(r *http.Request) string {
	if formValue(r, "Action") == "" {
		return ""
	}
	return formValue(r, "Version")
}

// formValue returns a parameter of a query-protocol request, from the URL or
// the body, leaving the body readable.
func formValue(r *http.Request, name string) string {
	if v := r.URL.Query().Get(name); v != "" {
		return v
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return ""
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxQueryPeekBytes))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	if err != nil {
		return "" // the service reads the same error and answers it
	}
	for pair := range bytes.SplitSeq(body, []byte("&")) {
		if v, ok := bytes.CutPrefix(pair, []byte(name+"=")); ok {
			return string(v) // of letters and digits, which are not escaped
		}
	}
	return ""
}

// unknownService answers a request for a service that is not built, in the
// protocol the request speaks, as AWS answers an operation it does not know.
func (a *AWS) unknownService(name string, r *http.Request) http.Handler {
	log := a.log.With(slog.String("aws_service", name))
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return &wire.Query{Version: name, MaxBody: maxQueryPeekBytes, Log: log}
	}
	return &wire.JSON{Version: "1.1", Namespace: "com.amazon.coral.service", Log: log}
}
