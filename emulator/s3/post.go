package s3

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const maxFormField = 20 << 10 // bytes of one field; a policy is the longest

// postObject takes a browser's upload form: fields, a signed policy that says
// which values they may have, then the file, which is streamed (API Reference,
// "Browser-Based Uploads Using POST").
func (s *Service) postObject(c *call) error {
	form, err := c.r.MultipartReader()
	if err != nil {
		return wire.Errorf(http.StatusPreconditionFailed, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data")
	}
	fields := map[string]string{"bucket": c.bucket}
	file, err := readFields(form, fields)
	if err != nil {
		return err
	}
	least, most, err := s.verifyForm(c, fields)
	if err != nil {
		return err
	}
	key := strings.ReplaceAll(fields["key"], "${filename}", file.FileName())
	if key == "" {
		return errArgument("key", "", "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.")
	}
	if err := checkKey(key); err != nil {
		return err
	}
	h := http.Header{}
	for name, value := range fields {
		h.Set(name, value)
	}
	a, err := readAttributes(h)
	if err != nil {
		return err
	}
	sum, _ := newHash(defaultAlgorithm)
	in, err := s.carryOut(c.r.Context(), &plan{
		body: io.LimitReader(file, most+1), size: -1, md5: md5.New(), sum: sum, claim: checksum{Algorithm: defaultAlgorithm, Type: fullObject},
	})
	if err != nil {
		return err
	}
	if in.size < least || in.size > most {
		s.discard(in.segments())
		if in.size < least {
			return wire.Errorf(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
		}
		return errTooLarge(in.size)
	}
	v := a.version(key)
	v.Size, v.ETag, v.Checksum, v.Segments = in.size, hex.EncodeToString(in.md5), in.checksum, in.segments()
	w, err := s.write(c.bucket, v, http.Header{}, originOf(c.r.Context(), createdByPost))
	if err != nil {
		return err
	}
	return c.answerForm(fields, v, w)
}

// readFields fills fields up to the file, which it returns unread.
func readFields(form *multipart.Reader, fields map[string]string) (*multipart.Part, error) {
	for range 100 {
		p, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, errArgument("file", "0", "POST requires exactly one file upload per request.")
		}
		if err != nil {
			return nil, wire.Errorf(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
		}
		name := strings.ToLower(p.FormName())
		if name == "file" {
			return p, nil
		}
		value, err := io.ReadAll(io.LimitReader(p, maxFormField+1))
		if err != nil || len(value) > maxFormField {
			return nil, wire.Errorf(400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.")
		}
		fields[name] = string(value)
	}
	return nil, wire.Errorf(400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.")
}

// policy is what the signer of a form allows.
type policy struct {
	Expiration time.Time         `json:"expiration"`
	Conditions []json.RawMessage `json:"conditions"`
}

// verifyForm checks the signature over the policy, and the fields against it.
// It returns the sizes the policy allows.
func (s *Service) verifyForm(c *call, fields map[string]string) (least, most int64, err error) {
	text := fields["policy"]
	if text == "" || fields["x-amz-signature"] == "" {
		return 0, 0, errDenied("Access Denied")
	}
	signed, err := time.Parse(sigTime, fields["x-amz-date"])
	if err != nil || fields["x-amz-algorithm"] != sigAlgorithm {
		return 0, 0, errArgument("X-Amz-Date", fields["x-amz-date"], "The form must be signed with AWS4-HMAC-SHA256 and name its date")
	}
	sc, err := parseScope(fields["x-amz-credential"], signed)
	if err != nil {
		return 0, 0, err
	}
	secret, ok := s.secret(sc.key)
	if !ok {
		return 0, 0, errWith(wire.Errorf(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."), map[string]any{"AWSAccessKeyId": sc.key})
	}
	if !equalSignature(sc.sign(secret, text), fields["x-amz-signature"]) {
		return 0, 0, errSignature(text)
	}
	document, err := base64.StdEncoding.DecodeString(text)
	var p policy
	if err != nil || json.Unmarshal(document, &p) != nil || p.Expiration.IsZero() {
		return 0, 0, wire.Errorf(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.")
	}
	if !c.now.Before(p.Expiration) {
		return 0, 0, errDenied("Invalid according to Policy: Policy expired.")
	}
	return p.admit(fields)
}

// admit checks every condition, and that every field is under one.
func (p policy) admit(fields map[string]string) (least, most int64, err error) {
	most = maxObjectBytes
	covered := map[string]bool{"policy": true, "x-amz-signature": true, "file": true, "bucket": true}
	for _, raw := range p.Conditions {
		operator, name, value, err := parseCondition(raw)
		if err != nil {
			return 0, 0, err
		}
		if operator == "content-length-range" {
			if least, most, err = sizes(name, value); err != nil {
				return 0, 0, err
			}
			continue
		}
		covered[name] = true
		has := fields[name]
		if operator == "eq" && has != value || operator == "starts-with" && !strings.HasPrefix(has, value) {
			return 0, 0, errDenied("Invalid according to Policy: Policy Condition failed: " + string(raw))
		}
	}
	for name := range fields {
		if !covered[name] && !strings.HasPrefix(name, "x-ignore-") {
			return 0, 0, errDenied("Invalid according to Policy: Extra input fields: " + name)
		}
	}
	return least, most, nil
}

func sizes(low, high string) (least, most int64, err error) {
	least, err1 := strconv.ParseInt(low, 10, 64)
	most, err2 := strconv.ParseInt(high, 10, 64)
	if errors.Join(err1, err2) != nil || least > most {
		return 0, 0, wire.Errorf(400, "InvalidPolicyDocument", "Invalid Policy: Invalid content-length-range.")
	}
	return least, min(most, maxObjectBytes), nil
}

// parseCondition reads {"name":"value"} or ["operator","$name","value"]; the
// bounds of content-length-range come as name and value.
func parseCondition(raw json.RawMessage) (operator, name, value string, err error) {
	var pair map[string]string
	if json.Unmarshal(raw, &pair) == nil && len(pair) == 1 {
		for name, value := range pair {
			return "eq", strings.ToLower(name), value, nil
		}
	}
	var list []any
	if json.Unmarshal(raw, &list) == nil && len(list) == 3 {
		operator, _ := list[0].(string)
		operator = strings.ToLower(operator)
		if operator == "content-length-range" {
			return operator, number(list[1]), number(list[2]), nil
		}
		name, named := list[1].(string)
		value, valued := list[2].(string)
		if (operator == "eq" || operator == "starts-with") && named && valued && strings.HasPrefix(name, "$") {
			return operator, strings.ToLower(name[1:]), value, nil
		}
	}
	return "", "", "", wire.Errorf(400, "InvalidPolicyDocument", "Invalid Policy: Invalid condition: %s", raw)
}

func number(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatInt(int64(v), 10)
	case string:
		return v
	}
	return ""
}

// answerForm redirects, or answers with the status the form asked for.
func (c *call) answerForm(fields map[string]string, v *version, w written) error {
	h := c.w.Header()
	v.writeIdentity(h, w)
	location := "http://" + c.r.Host + "/" + c.bucket + "/" + uriEncode(v.Key, true)
	h.Set("Location", location)
	if target, err := url.Parse(fields["success_action_redirect"]); err == nil && target.Host != "" {
		q := target.Query()
		q.Set("bucket", c.bucket)
		q.Set("key", v.Key)
		q.Set("etag", `"`+v.ETag+`"`)
		target.RawQuery = q.Encode()
		h.Set("Location", target.String())
		c.w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	switch fields["success_action_status"] {
	case "200":
		c.w.WriteHeader(http.StatusOK)
	case "201":
		return wire.WriteXML(c.w, http.StatusCreated, struct {
			XMLName  xml.Name `xml:"PostResponse"`
			Location string
			Bucket   string
			Key      string
			ETag     string
		}{Location: location, Bucket: c.bucket, Key: v.Key, ETag: `"` + v.ETag + `"`})
	default:
		c.w.WriteHeader(http.StatusNoContent)
	}
	return nil
}
