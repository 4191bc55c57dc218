package socketio

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want packet
	}{
		"connect":                     {`0`, packet{kind: packetConnect, namespace: "/", ack: noAck}},
		"connect with a payload":      {`0{"a":1}`, packet{kind: packetConnect, namespace: "/", ack: noAck, data: json.RawMessage(`{"a":1}`)}},
		"connect elsewhere":           {`0/x,`, packet{kind: packetConnect, namespace: "/x", ack: noAck}},
		"disconnect elsewhere":        {`1/x,`, packet{kind: packetDisconnect, namespace: "/x", ack: noAck}},
		"event":                       {`2["a",1]`, packet{kind: packetEvent, namespace: "/", ack: noAck, data: json.RawMessage(`["a",1]`)}},
		"event that wants an ack":     {`212["a"]`, packet{kind: packetEvent, namespace: "/", ack: 12, data: json.RawMessage(`["a"]`)}},
		"event elsewhere with an ack": {`2/x,0["a"]`, packet{kind: packetEvent, namespace: "/x", ack: 0, data: json.RawMessage(`["a"]`)}},
		"ack":                         {`312[]`, packet{kind: packetAck, namespace: "/", ack: 12, data: json.RawMessage(`[]`)}},
		"event with bytes":            {`51-["a",{"_placeholder":true,"num":0}]`, packet{kind: packetBinaryEvent, namespace: "/", ack: noAck, attachments: 1, data: json.RawMessage(`["a",{"_placeholder":true,"num":0}]`)}},
		"ack with bytes elsewhere":    {`62-/x,3[]`, packet{kind: packetBinaryAck, namespace: "/x", ack: 3, attachments: 2, data: json.RawMessage(`[]`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode([]byte(c.text))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.text, string(got.encode()))
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":                  "",
		"an unknown type":          "7",
		"connect with a list":      "0[]",
		"connect with an ack":      "01",
		"disconnect with data":     `1["a"]`,
		"event without data":       "2",
		"event that is no list":    `2{"a":1}`,
		"event with cut off JSON":  `2["a"`,
		"event with two lists":     `2["a"]["b"]`,
		"ack without an id":        "3[]",
		"ack without a list":       "31",
		"ack id too long":          `21234567890123456["a"]`,
		"bytes without a count":    `5-["a"]`,
		"bytes without a dash":     `51["a"]`,
		"more bytes than we take":  `511-["a"]`,
		"a negative count":         `5-1-["a"]`,
		"a name without an end":    "2/" + string(make([]byte, 200)),
		"an error without a cause": "4",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := decode([]byte(text))
			require.ErrorIs(t, err, errPacket)
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`0{"token":"x"}`, `2/x,12["a",{"b":[1]}]`, `51-["a",{"_placeholder":true,"num":0}]`, "41", "3[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := decode(text)
		if err != nil {
			return
		}
		again, err := decode(p.encode())
		require.NoError(t, err, "what was read must be readable when written")
		require.Equal(t, p, again)
	})
}
