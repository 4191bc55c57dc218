package awsenv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/anikeshk/cumin/internal/requestid"
)

// headerTrace is AWS's own header for what belongs together (AWS X-Ray
// Developer Guide, "Tracing header"). It takes fields of one's own, and the
// signature does not cover it.
const headerTrace = "X-Amzn-Trace-Id"

// nameRequest lets each call say on behalf of which request it is made. The
// embedded AWS then tells what the request caused, `cumin trace ID`; AWS
// passes the header on to functions and records nothing, since it is not sampled.
func nameRequest(stack *middleware.Stack) error {
	return stack.Build.Add(middleware.BuildMiddlewareFunc("NameRequest", func(
		ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
	) (middleware.BuildOutput, middleware.Metadata, error) {
		if r, ok := in.Request.(*smithyhttp.Request); ok {
			if id := requestid.From(ctx); id != "" {
				r.Header.Set(headerTrace, traceHeader(id))
			}
		}
		return next.HandleBuild(ctx, in)
	}), middleware.After)
}

// traceHeader names a request. Root must have AWS's form; every process makes
// the same of one id.
func traceHeader(id string) string {
	sum := sha256.Sum256([]byte(id))
	root := hex.EncodeToString(sum[:16])
	return fmt.Sprintf("Root=1-%s-%s;Sampled=0;Request=%s", root[:8], root[8:], id)
}
