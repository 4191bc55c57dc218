package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// AttributeValue is a message attribute: a string (also for numbers) or bytes.
type AttributeValue struct {
	DataType         string
	StringValue      *string  `json:",omitempty"`
	BinaryValue      []byte   `json:",omitempty" query:",omitempty"`
	StringListValues []string `json:",omitempty" query:"StringListValue,flat,omitempty"`
	BinaryListValues [][]byte `json:",omitempty" query:"BinaryListValue,flat,omitempty"`
}

func md5Hex(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// attributesMD5 is the digest SDKs check: for each attribute by name, name,
// type, a byte for the kind of value, and the value, each behind its length
// (Developer Guide, "Calculating the MD5 message digest for message
// attributes"). Empty for no attributes.
func attributesMD5(attributes map[string]AttributeValue) string {
	if len(attributes) == 0 {
		return ""
	}
	var b []byte
	field := func(v string) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(v)))
		b = append(b, v...)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		field(name)
		field(a.DataType)
		if strings.HasPrefix(a.DataType, "Binary") {
			b = append(b, 2)
			field(string(a.BinaryValue))
			continue
		}
		b = append(b, 1)
		text := ""
		if a.StringValue != nil {
			text = *a.StringValue
		}
		field(text)
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}
