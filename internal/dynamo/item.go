package dynamo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is one stored item, or one image of a stream record (see FromEvent).
type Item = map[string]types.AttributeValue

// timeLayout has a fixed width, so that strings order like the times they tell.
const timeLayout = "2006-01-02T15:04:05.000Z"

// FormatTime writes a time as items hold it: UTC, milliseconds.
func FormatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// The constructors of attribute values.
func attrS(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
func attrN(v int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
}
func attrBool(v bool) types.AttributeValue      { return &types.AttributeValueMemberBOOL{Value: v} }
func attrTime(t time.Time) types.AttributeValue { return attrS(FormatTime(t)) }
func attrTTL(t time.Time) types.AttributeValue  { return attrN(t.Unix()) }

// attrList keeps the order, which a string set would not.
func attrList(values []string) types.AttributeValue {
	list := make([]types.AttributeValue, len(values))
	for i, v := range values {
		list[i] = attrS(v)
	}
	return &types.AttributeValueMemberL{Value: list}
}

// key is the primary key of an item in any of the tables.
func key(pk, sk string) Item { return Item{PK: attrS(pk), SK: attrS(sk)} }

// putS stores v unless it is empty.
func putS[T ~string](it Item, name string, v T) {
	if v != "" {
		it[name] = attrS(string(v))
	}
}

// putTime stores t unless it is zero.
func putTime(it Item, name string, t time.Time) {
	if !t.IsZero() {
		it[name] = attrTime(t)
	}
}

// ItemKey returns an item's pk and sk, empty where they are missing; consumers
// of a stream tell by them what kind of item a record is about.
func ItemKey(it Item) (pk, sk string) {
	if v, ok := it[PK].(*types.AttributeValueMemberS); ok {
		pk = v.Value
	}
	if v, ok := it[SK].(*types.AttributeValueMemberS); ok {
		sk = v.Value
	}
	return pk, sk
}

// FromEvent turns an image of a DynamoDB stream event into an item, so that
// the decoders read both. A nil image stays nil.
func FromEvent(image map[string]events.DynamoDBAttributeValue) Item {
	if image == nil {
		return nil
	}
	it := make(Item, len(image))
	for name, v := range image {
		it[name] = fromEventValue(v)
	}
	return it
}

func fromEventValue(v events.DynamoDBAttributeValue) types.AttributeValue {
	switch v.DataType() {
	case events.DataTypeString:
		return attrS(v.String())
	case events.DataTypeNumber:
		return &types.AttributeValueMemberN{Value: v.Number()}
	case events.DataTypeBoolean:
		return attrBool(v.Boolean())
	case events.DataTypeBinary:
		return &types.AttributeValueMemberB{Value: v.Binary()}
	case events.DataTypeStringSet:
		return &types.AttributeValueMemberSS{Value: v.StringSet()}
	case events.DataTypeNumberSet:
		return &types.AttributeValueMemberNS{Value: v.NumberSet()}
	case events.DataTypeBinarySet:
		return &types.AttributeValueMemberBS{Value: v.BinarySet()}
	case events.DataTypeList:
		list := v.List()
		out := make([]types.AttributeValue, len(list))
		for i, e := range list {
			out[i] = fromEventValue(e)
		}
		return &types.AttributeValueMemberL{Value: out}
	case events.DataTypeMap:
		return &types.AttributeValueMemberM{Value: FromEvent(v.Map())}
	}
	return &types.AttributeValueMemberNULL{Value: true}
}

// reader takes attributes out of an item and remembers the first one that was
// missing or of another type, so that a decoder asks once, at its end.
type reader struct {
	item Item
	err  error
}

func (r *reader) fail(name, want string) {
	if r.err == nil {
		r.err = fmt.Errorf("attribute %s: want %s, have %T", name, want, r.item[name])
	}
}

// str reads a string that must be there.
func (r *reader) str(name string) string {
	v, ok := r.item[name].(*types.AttributeValueMemberS)
	if !ok {
		r.fail(name, "a string")
		return ""
	}
	return v.Value
}

// optStr reads a string that may be absent.
func (r *reader) optStr(name string) string {
	if r.item[name] == nil {
		return ""
	}
	return r.str(name)
}

// num reads a whole number that must be there.
func (r *reader) num(name string) int64 {
	v, ok := r.item[name].(*types.AttributeValueMemberN)
	if !ok {
		r.fail(name, "a number")
		return 0
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	if err != nil {
		r.fail(name, "a whole number")
	}
	return n
}

// optNum reads a whole number, 0 when absent.
func (r *reader) optNum(name string) int64 {
	if r.item[name] == nil {
		return 0
	}
	return r.num(name)
}

// flag reads a boolean, false when absent.
func (r *reader) flag(name string) bool {
	if r.item[name] == nil {
		return false
	}
	v, ok := r.item[name].(*types.AttributeValueMemberBOOL)
	if !ok {
		r.fail(name, "a boolean")
		return false
	}
	return v.Value
}

// time reads a time that must be there.
func (r *reader) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339, r.str(name))
	if err != nil {
		r.fail(name, "a time")
	}
	return t.UTC()
}

// optTime reads a time, zero when absent.
func (r *reader) optTime(name string) time.Time {
	if r.item[name] == nil {
		return time.Time{}
	}
	return r.time(name)
}

// list reads a list of strings, nil when absent.
func (r *reader) list(name string) []string {
	if r.item[name] == nil {
		return nil
	}
	v, ok := r.item[name].(*types.AttributeValueMemberL)
	if !ok {
		r.fail(name, "a list")
		return nil
	}
	out := make([]string, len(v.Value))
	for i, e := range v.Value {
		s, ok := e.(*types.AttributeValueMemberS)
		if !ok {
			r.fail(name, "a list of strings")
			return nil
		}
		out[i] = s.Value
	}
	return out
}

// id reads the id behind prefix in a key attribute.
func (r *reader) id(name, prefix string) string {
	id, ok := strings.CutPrefix(r.str(name), prefix)
	if !ok {
		r.fail(name, "a key that begins with "+prefix)
	}
	return id
}
