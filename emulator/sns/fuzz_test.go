package sns

import (
	"encoding/json"
	"strings"
	"testing"
)

// A filter's text never panics, nor does what it is asked about; and what
// {"exists": true} and {"exists": false} both refuse cannot be.
func FuzzFilter(f *testing.F) {
	f.Add(`{"a":["x",{"prefix":"y"},{"anything-but":{"suffix":"z"}}],"$or":[{"b":[{"numeric":[">",1,"<=",2]}]},{"c":[{"cidr":"10.0.0.0/8"}]}]}`, `{"a":"x","b":1.5}`)
	f.Add(`{"a":{"b":[{"exists":false},null,{"wildcard":"a*b"}]}}`, `{"a":[{"b":null}]}`)
	f.Fuzz(func(t *testing.T, text, body string) {
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		var values map[string]any
		if d.Decode(&values) != nil {
			values = nil
		}
		for _, scope := range []string{scopeAttributes, scopeBody} {
			if p, err := parseFilter(text, scope); err == nil && p != nil {
				p.takes(values)
			}
		}
	})
}
