package s3

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const (
	sigAlgorithm    = "AWS4-HMAC-SHA256"
	sigTime         = "20060102T150405Z"
	maxPresign      = 7 * 24 * 60 * 60 // seconds
	unsignedPayload = "UNSIGNED-PAYLOAD"
	maxSkew         = 15 * time.Minute
)

// authorize lets through what is signed: by an Authorization header, whose
// signature is not verified, or by the query of a presigned URL, which is.
// A preflight carries no signature and a POST form its own.
func (s *Service) authorize(c *call) error {
	switch {
	case c.operation == "PreflightObject" || c.operation == "PostObject":
		return nil
	case c.query.Has("X-Amz-Signature") || c.query.Has("X-Amz-Algorithm"):
		return s.verifyPresigned(c)
	case c.query.Has("AWSAccessKeyId"):
		return errRequest("The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")
	case strings.HasPrefix(c.r.Header.Get("Authorization"), sigAlgorithm):
		return nil
	}
	return errDenied("Access Denied")
}

// verifyPresigned checks a signature in the query (Amazon S3 API Reference,
// "Authenticating Requests: Using Query Parameters"; S3-1). Its expiry is the
// emulator's time.
func (s *Service) verifyPresigned(c *call) error {
	q := c.query
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		if q.Get(name) == "" {
			return errSignatureQuery("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
	}
	if q.Get("X-Amz-Algorithm") != sigAlgorithm {
		return errSignatureQuery("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"")
	}
	signed, err := time.Parse(sigTime, q.Get("X-Amz-Date"))
	if err != nil {
		return errSignatureQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
	}
	seconds, err := strconv.Atoi(q.Get("X-Amz-Expires"))
	if err != nil || seconds < 0 {
		return errSignatureQuery("X-Amz-Expires should be a number")
	}
	if seconds > maxPresign {
		return errSignatureQuery("X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")
	}
	scope, err := parseScope(q.Get("X-Amz-Credential"), signed)
	if err != nil {
		return err
	}
	secret, ok := s.secret(scope.key)
	if !ok {
		return errWith(wire.Errorf(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."), map[string]any{"AWSAccessKeyId": scope.key})
	}
	names := strings.Split(q.Get("X-Amz-SignedHeaders"), ";")
	if err := checkSignedHeaders(c.r, names); err != nil {
		return err
	}
	text := scope.stringToSign(q.Get("X-Amz-Date"), canonicalRequest(c.r, q, names))
	if !equalSignature(scope.sign(secret, text), q.Get("X-Amz-Signature")) {
		return errSignature(text)
	}
	if signed.After(c.now.Add(maxSkew)) {
		return errDenied("Request is not yet valid")
	}
	if expires := signed.Add(time.Duration(seconds) * time.Second); c.now.After(expires) {
		return errExpired(expires, c.now, seconds)
	}
	return nil
}

// scope is a credential: KEY/DATE/REGION/SERVICE/aws4_request.
type scope struct{ key, date, region, service string }

func parseScope(credential string, signed time.Time) (scope, error) {
	parts := strings.Split(credential, "/")
	n := len(parts)
	if n < 5 || parts[n-1] != "aws4_request" {
		return scope{}, errSignatureQuery("Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
	}
	sc := scope{strings.Join(parts[:n-4], "/"), parts[n-4], parts[n-3], parts[n-2]}
	if sc.service != "s3" {
		return sc, errSignatureQuery("Error parsing the X-Amz-Credential parameter; incorrect service %q. This endpoint belongs to \"s3\".", sc.service)
	}
	if sc.date != signed.Format("20060102") {
		return sc, errSignatureQuery("Invalid credential date %q. This date is not the same as X-Amz-Date: %q.", sc.date, signed.Format("20060102"))
	}
	return sc, nil
}

func (sc scope) stringToSign(date, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return sigAlgorithm + "\n" + date + "\n" + sc.date + "/" + sc.region + "/" + sc.service + "/aws4_request\n" + hex.EncodeToString(sum[:])
}

// sign is the signature of a text with the key derived for the scope.
func (sc scope) sign(secret, text string) string {
	key := []byte("AWS4" + secret)
	for _, part := range []string{sc.date, sc.region, sc.service, "aws4_request"} {
		key = hmacSHA256(key, part)
	}
	return hex.EncodeToString(hmacSHA256(key, text))
}

func hmacSHA256(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func equalSignature(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// checkSignedHeaders wants the host signed, and every x-amz- header that came.
func checkSignedHeaders(r *http.Request, names []string) error {
	if !slices.Contains(names, "host") {
		return errSignatureQuery("Signed header list must include host.")
	}
	var loose []string
	for name := range r.Header {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-amz-") && !slices.Contains(names, lower) {
			loose = append(loose, lower)
		}
	}
	if len(loose) > 0 {
		slices.Sort(loose)
		return errWith(errDenied("There were headers present in the request which were not signed"), map[string]any{"HeadersNotSigned": strings.Join(loose, ", ")})
	}
	return nil
}

func canonicalRequest(r *http.Request, q url.Values, names []string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n" + uriEncode(r.URL.Path, true) + "\n" + canonicalQuery(q) + "\n")
	for _, name := range names {
		b.WriteString(name + ":" + headerValue(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(names, ";") + "\n")
	payload := unsignedPayload
	if slices.Contains(names, "x-amz-content-sha256") {
		payload = r.Header.Get("X-Amz-Content-Sha256")
	} else if q.Has("X-Amz-Content-Sha256") {
		payload = q.Get("X-Amz-Content-Sha256")
	}
	b.WriteString(payload)
	return b.String()
}

func headerValue(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	values := r.Header.Values(name)
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(trimmed, ",")
}

func canonicalQuery(q url.Values) string {
	var pairs []string
	for name, values := range q {
		if name == "X-Amz-Signature" {
			continue
		}
		for _, v := range values {
			pairs = append(pairs, uriEncode(name, false)+"="+uriEncode(v, false))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// uriEncode escapes all but the unreserved characters, as SigV4 wants it.
func uriEncode(text string, keepSlash bool) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~', c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteString("%" + string(digits[c>>4]) + string(digits[c&15]))
		}
	}
	return b.String()
}
