package wire

import (
	"context"
	"net/http"
	"strings"
)

// Identity says who calls what, as the request's signature claims. The
// signature itself is not verified here; presigned URLs are, by the s3 package.
type Identity struct {
	AccessKey string
	Account   string // 12 digits; the access key itself when it is 12 digits, else 000000000000
	Region    string
	Service   string // the scope's service: dynamodb, sqs, s3, lambda, cloudformation, …
	RequestID string // this request's id, sent back as x-amzn-RequestId
	Principal string // ARN of who calls, where the key is one the emulator gave out; else empty: root
}

// DefaultAccount and DefaultRegion answer for requests that name none.
const (
	DefaultAccount = "000000000000"
	DefaultRegion  = "us-east-1"
)

type identityKey struct{}

// WithIdentity returns a context that carries id.
func WithIdentity(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// IdentityFrom returns the caller, with the defaults filled in when a test
// drives an engine without a request.
func IdentityFrom(ctx context.Context) Identity {
	if id, ok := ctx.Value(identityKey{}).(Identity); ok {
		return id
	}
	return Identity{Account: DefaultAccount, Region: DefaultRegion}
}

// CallerARN is the ARN of who calls: a user, a role's session, or the account's
// root when the key is nobody's.
func CallerARN(ctx context.Context) string {
	id := IdentityFrom(ctx)
	if id.Principal != "" {
		return id.Principal
	}
	return "arn:aws:iam::" + id.Account + ":root"
}

// ParseIdentity reads the credential scope of a SigV4 request, from the
// Authorization header or a presigned URL's query (AWS General Reference,
// "Signing AWS API requests": Credential=KEY/DATE/REGION/SERVICE/aws4_request).
func ParseIdentity(r *http.Request) Identity {
	scope := ""
	if _, after, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		scope, _, _ = strings.Cut(after, ",")
	} else if strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		scope = r.URL.Query().Get("X-Amz-Credential")
	}
	id := Identity{Account: DefaultAccount, Region: DefaultRegion}
	parts := strings.Split(strings.TrimSpace(scope), "/")
	if n := len(parts); n >= 5 {
		id.AccessKey, id.Region, id.Service = strings.Join(parts[:n-4], "/"), parts[n-3], parts[n-2]
	}
	if isAccount(id.AccessKey) {
		id.Account = id.AccessKey
	}
	return id
}

func isAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
