package lambda

import (
	"context"
	"testing"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

func TestFunctionsAreNamedInManyWays(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:eu-central-1:123456789012:function:f"
	for _, c := range []struct{ name, qualifier, arn, want string }{
		{"f", "", arn, ""},
		{"f:1", "", arn, "1"},
		{"f", "$LATEST", arn, "$LATEST"},
		{"f:live", "live", arn, "live"},
		{"123456789012:function:f", "", arn, ""},
		{"123456789012:function:f:2", "", arn, "2"},
		{arn, "", arn, ""},
		{arn + ":live", "", arn, "live"},
	} {
		ref, err := qualified(wire.WithIdentity(context.Background(), identity()), c.name, c.qualifier)
		if err != nil || ref.arn() != c.arn || ref.Qualifier != c.want {
			t.Errorf("%s and %q: got %s %q, %v", c.name, c.qualifier, ref.arn(), ref.Qualifier, err)
		}
	}
	for _, c := range []struct{ name, qualifier string }{{"", ""}, {"f g", ""}, {"f:", ""}, {"f:1:2", ""}, {"f:a b", ""}, {"f", "a b"}, {"f:1", "2"}, {arn + ":1:2", ""}} {
		if _, err := qualified(wire.WithIdentity(context.Background(), identity()), c.name, c.qualifier); err == nil {
			t.Errorf("%q and %q were taken", c.name, c.qualifier)
		}
	}
}

// FuzzReference wants every reference that is taken to be the same again when
// its ARN is read.
func FuzzReference(f *testing.F) {
	for _, s := range []string{"f", "f:1", "f:$LATEST", "123456789012:function:f", "arn:aws:lambda:eu-central-1:123456789012:function:f:live", "arn:::::function:f", "::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := parseReference(s, identity())
		if err != nil {
			return
		}
		arn := ref.arn()
		if ref.Qualifier != "" {
			arn += ":" + ref.Qualifier
		}
		if again, err := parseReference(arn, wire.Identity{}); err != nil || again != ref {
			t.Errorf("%q is %+v, and %q is %+v, %v", s, ref, arn, again, err)
		}
	})
}

// FuzzFailures wants whatever a function answers to be read without a panic, and
// only known items to count.
func FuzzFailures(f *testing.F) {
	for _, s := range []string{``, `null`, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, `{"batchItemFailures":[null]}`, `{"batchItemFailures":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		ids, whole := failures(payload, func(id string) bool { return id == "1" })
		for _, id := range ids {
			if id != "1" || whole {
				t.Errorf("%q: %v, whole %t", payload, ids, whole)
			}
		}
	})
}
