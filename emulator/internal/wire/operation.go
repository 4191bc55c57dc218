package wire

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Asked returns the operation a request names and, decoded into in, those
// members of its body that in has; the body can be read again. known is false
// for an operation the table does not have. It is how a service finds out what
// a request needs before any operation runs.
func (p *JSON) Asked(r *http.Request, in any) (operation string, known bool, err error) {
	operation = strings.TrimPrefix(r.Header.Get("X-Amz-Target"), p.Prefix+".")
	if _, known = p.Ops[operation]; !known {
		return operation, false, nil
	}
	body, err := PeekBody(r, p.MaxBody)
	if err != nil {
		return operation, true, err
	}
	if len(body) == 0 {
		return operation, true, nil
	}
	if err := json.Unmarshal(body, in); err != nil {
		return operation, true, Errorf(400, "SerializationException", "%v", err)
	}
	return operation, true, nil
}
