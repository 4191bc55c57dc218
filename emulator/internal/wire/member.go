package wire

import (
	"reflect"
	"strings"
)

// member is how the query protocol spells one field of a struct, given by the
// tag
//
//	query:"Name[,flat][,item=member][,key=key][,value=value][,omitempty]"
//
// Without a tag a field has its Go name, a list is Name.member.N and a map is
// Name.entry.N.key. A flat list is Name.N, a flat map Name.N.<key>; item, key
// and value rename the inner elements. "-" hides a field from the protocol.
// (Smithy specification, "AWS query protocol": xmlFlattened, xmlName.)
type member struct {
	index     int
	name      string
	flat      bool
	item      string
	key       string
	value     string
	omitempty bool
}

func members(t reflect.Type) []member {
	list := make([]member, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		tag := strings.Split(f.Tag.Get("query"), ",")
		if !f.IsExported() || tag[0] == "-" {
			continue
		}
		m := member{index: i, name: f.Name, key: "key", value: "value"}
		if tag[0] != "" {
			m.name = tag[0]
		}
		for _, option := range tag[1:] {
			name, text, _ := strings.Cut(option, "=")
			switch name {
			case "flat":
				m.flat = true
			case "omitempty":
				m.omitempty = true
			case "item":
				m.item = text
			case "key":
				m.key = text
			case "value":
				m.value = text
			}
		}
		if m.item == "" {
			m.item = "member"
			if f.Type.Kind() == reflect.Map {
				m.item = "entry"
			}
		}
		list = append(list, m)
	}
	return list
}
