package engineio

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseBody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want []packet // nil: malformed
	}{
		"a text":               {"4hello", []packet{{kind: packetMessage, data: []byte("hello")}}},
		"an empty text":        {"4", []packet{{kind: packetMessage, data: []byte{}}}},
		"bytes":                {"bAQI=", []packet{{kind: packetMessage, data: []byte{1, 2}, binary: true}}},
		"several":              {"3\x1e41", []packet{{kind: packetPong, data: []byte{}}, {kind: packetMessage, data: []byte("1")}}},
		"nothing":              {"", nil},
		"an empty packet":      {"4a\x1e", nil},
		"an unknown type":      {"7", nil},
		"a letter":             {"abc", nil},
		"bytes not in base64":  {"b!", nil},
		"one good and one not": {"4a\x1ex", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseBody([]byte(c.body))
			if c.want == nil {
				require.ErrorIs(t, err, errPacket)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.body, string(formatBody(got)))
		})
	}
}

func FuzzParseBody(f *testing.F) {
	for _, seed := range []string{"4hello", "4a\x1ebAQI=\x1e3", "2probe", "", "\x1e"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		packets, err := parseBody(body)
		if err != nil {
			return
		}
		again, err := parseBody(formatBody(packets))
		require.NoError(t, err, "what was read must be readable when written")
		require.Equal(t, packets, again)
	})
}
