package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

// legacyItem is what the tests of Expected find.
const legacyItem = `{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1"},"s":{"S":"str"},"ss":{"SS":["a","b"]},"l":{"L":[{"S":"x"}]},"a.b":{"N":"7"}}`

func TestExpectedIsACondition(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("PutItem", `{"TableName":"songs","Item":`+legacyItem+`}`)
	op := func(attribute, op, list string) string {
		return fmt.Sprintf(`%q:{"ComparisonOperator":%q,"AttributeValueList":[%s]}`, attribute, op, list)
	}
	const one, two, a = `{"N":"1"}`, `{"N":"2"}`, `{"S":"a"}`
	for _, c := range []struct {
		expected, more string
		holds          bool
	}{
		{`"n":{"Value":{"N":"1.0"}}`, ``, true},
		{`"n":{"Value":` + two + `}`, ``, false},
		{`"n":{"Value":` + one + `,"Exists":true}`, ``, true},
		{`"q":{"Exists":false}`, ``, true},
		{`"n":{"Exists":false}`, ``, false},
		{`"a.b":{"Value":{"N":"7"}}`, ``, true},
		{op("n", "EQ", one), ``, true}, {op("n", "NE", one), ``, false}, {op("q", "NE", one), ``, true},
		{op("n", "LT", two), ``, true}, {op("n", "LE", one), ``, true}, {op("n", "GT", one), ``, false}, {op("n", "GE", two), ``, false},
		{op("n", "BETWEEN", one+","+two), ``, true}, {op("n", "IN", two+","+one), ``, true},
		{op("s", "BEGINS_WITH", `{"S":"st"}`), ``, true}, {op("s", "CONTAINS", `{"S":"tr"}`), ``, true},
		{op("ss", "CONTAINS", a), ``, true}, {op("ss", "NOT_CONTAINS", a), ``, false}, {op("q", "NOT_CONTAINS", a), ``, false},
		{`"q":{"ComparisonOperator":"NULL"}`, ``, true}, {`"n":{"ComparisonOperator":"NOT_NULL"}`, ``, true},
		{`"n":{"ComparisonOperator":"GE","Value":` + two + `}`, ``, false},
		{op("n", "EQ", one) + `,"s":{"Value":{"S":"x"}}`, ``, false},
		{op("n", "EQ", one) + `,"s":{"Value":{"S":"x"}}`, `,"ConditionalOperator":"OR"`, true},
		{``, ``, true},
	} {
		body := `{"TableName":"songs","Item":` + legacyItem + `,"Expected":{` + c.expected + `}` + c.more + `}`
		if c.holds {
			w.do("PutItem", body)
		} else {
			w.refuses("PutItem", body, "ConditionalCheckFailedException", "The conditional request failed")
		}
	}
	w.refuses("DeleteItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"Expected":{"n":{"Exists":false}}}`, "ConditionalCheckFailedException", "")
	w.refuses("UpdateItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"AttributeUpdates":{"n":{"Action":"DELETE"}},"Expected":{"n":{"Exists":false}}}`, "ConditionalCheckFailedException", "")
}

func TestAttributeUpdatesPutAddAndDelete(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("PutItem", `{"TableName":"songs","Item":`+legacyItem+`}`)
	update := func(updates string) string {
		return `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ReturnValues":"UPDATED_NEW","AttributeUpdates":{` + updates + `}}`
	}
	for _, c := range []struct{ updates, want string }{
		{`"x":{"Value":{"N":"1"}},"a.b":{"Action":"PUT","Value":{"S":"q"}}`, `{"Attributes":{"x":{"N":"1"},"a.b":{"S":"q"}}}`},
		{`"x":{"Action":"ADD","Value":{"N":"2"}},"y":{"Action":"ADD","Value":{"N":"-2"}}`, `{"Attributes":{"x":{"N":"3"},"y":{"N":"-2"}}}`},
		{`"l":{"Action":"ADD","Value":{"L":[{"S":"y"}]}},"new":{"Action":"ADD","Value":{"L":[{"S":"z"}]}}`, `{"Attributes":{"l":{"L":[{"S":"x"},{"S":"y"}]},"new":{"L":[{"S":"z"}]}}}`},
		{`"ss":{"Action":"ADD","Value":{"SS":["z"]}}`, `{"Attributes":{"ss":{"SS":["a","b","z"]}}}`},
		{`"ss":{"Action":"DELETE","Value":{"SS":["a","q"]}},"x":{"Action":"DELETE"}`, `{"Attributes":{"ss":{"SS":["b","z"]}}}`},
		{``, `{}`},
	} {
		w.gives("UpdateItem", update(c.updates), c.want)
	}
	w.gives("UpdateItem", `{"TableName":"songs","Key":{"pk":{"S":"z"},"sk":{"S":"1"}},"ReturnValues":"ALL_NEW","AttributeUpdates":{"x":{"Action":"DELETE"}}}`, `{}`)
	w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"z"},"sk":{"S":"1"}}}`, `{}`)
	for _, c := range []struct{ updates, phrase string }{
		{`"n":{"Action":"DELETE","Value":{"SS":["z"]}}`, "Type mismatch for attribute to update"},
		{`"s":{"Action":"ADD","Value":{"N":"1"}}`, "Type mismatch for attribute to update"},
		{`"n":{"Action":"ADD","Value":{"S":"z"}}`, "ADD action is not supported for the type STRING"},
		{`"n":{"Action":"DELETE","Value":{"S":"z"}}`, "DELETE action with value is not supported for the type STRING"},
		{`"n":{"Action":"PUT"}`, "Only DELETE action is allowed when no attribute value is specified"},
		{`"n":{"Action":"DROP"}`, "Value 'DROP' at 'attributeUpdates.n.member.action' failed to satisfy constraint: Member must satisfy enum value set: [ADD, DELETE, PUT]"},
		{`"pk":{"Value":{"S":"q"}}`, "Cannot update attribute pk. This attribute is part of the key"},
	} {
		w.refuses("UpdateItem", update(c.updates), "ValidationException", c.phrase)
	}
}

func TestLegacyReadsFindWhatExpressionsWould(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	const pk = `"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}`
	sk := func(op, list string) string {
		return `"KeyConditions":{` + pk + `,"sk":{"ComparisonOperator":"` + op + `","AttributeValueList":[` + list + `]}}`
	}
	for _, c := range []struct{ operation, parameters, want string }{
		{"Query", `"KeyConditions":{` + pk + `}`, "1 2 3 4"},
		{"Query", sk("LT", `{"S":"3"}`), "1 2"},
		{"Query", sk("BETWEEN", `{"S":"2"},{"S":"3"}`) + `,"ScanIndexForward":false`, "3 2"},
		{"Query", sk("BEGINS_WITH", `{"S":"4"}`), "4"},
		{"Query", sk("GE", `{"S":"2"}`) + `,"QueryFilter":{"n":{"ComparisonOperator":"LE","AttributeValueList":[{"N":"3"}]}}`, "2 3"},
		{"Query", `"KeyConditions":{` + pk + `},"QueryFilter":{"n":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}]},"s":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"str4"}]}},"ConditionalOperator":"OR"`, "1 4"},
		{"Query", `"KeyConditions":{` + pk + `},"FilterExpression":"n = :n","ExpressionAttributeValues":{":n":{"N":"2"}}`, "2"},
		{"Query", `"IndexName":"byRank","KeyConditions":{"gpk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"g"}]},"rank":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"3"}]}}`, "3 3"},
		{"Scan", `"ScanFilter":{"n":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"3"}]},"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"b"}]}}`, "4"},
	} {
		selected := `,"AttributesToGet":["sk"]`
		if strings.Contains(c.parameters, "FilterExpression") {
			selected = `,"ProjectionExpression":"sk"`
		}
		if got := w.pages(c.operation, c.parameters+selected); got != c.want {
			t.Errorf("%s %s\n got %s\nwant %s", c.operation, c.parameters, got, c.want)
		}
	}
	const key = `{"pk":{"S":"a"},"sk":{"S":"1"}}`
	w.gives("GetItem", `{"TableName":"songs","Key":`+key+`,"AttributesToGet":["n","nope"]}`, `{"Item":{"n":{"N":"1"}}}`)
	w.gives("BatchGetItem", `{"RequestItems":{"songs":{"Keys":[`+key+`],"AttributesToGet":["n"]}}}`, `{"Responses":{"songs":[{"n":{"N":"1"}}]},"UnprocessedKeys":{}}`)
}

func TestLegacyParametersThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	const mixed = "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
	put, get, key := `"Item":{"pk":{"S":"a"},"sk":{"S":"1"}}`, `"Key":{"pk":{"S":"a"},"sk":{"S":"1"}}`, `"KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}`
	for _, c := range []struct{ operation, parameters, phrase string }{
		{"PutItem", put + `,"Expected":{"n":{"Value":{"N":"1"}}},"ConditionExpression":"n = :n"`, mixed + "{Expected} Expression parameters: {ConditionExpression}"},
		{"UpdateItem", get + `,"Expected":{},"AttributeUpdates":{},"ConditionalOperator":"OR","UpdateExpression":"SET a = b","ConditionExpression":"a = b"`, mixed + "{AttributeUpdates, Expected, ConditionalOperator} Expression parameters: {UpdateExpression, ConditionExpression}"},
		{"GetItem", get + `,"AttributesToGet":["n"],"ProjectionExpression":"n"`, mixed + "{AttributesToGet} Expression parameters: {ProjectionExpression}"},
		{"Query", key + `,"KeyConditionExpression":"pk = :a"`, mixed + "{KeyConditions} Expression parameters: {KeyConditionExpression}"},
		{"Scan", `"ScanFilter":{},"FilterExpression":"n = :n"`, mixed + "{ScanFilter} Expression parameters: {FilterExpression}"},
		{"PutItem", put + `,"Expected":{"n":{"Value":{"N":"1"}}},"ExpressionAttributeNames":{"#a":"a"}`, "ExpressionAttributeNames can only be specified when using expressions"},
		{"PutItem", put + `,"Expected":{"n":{}}`, "Value must be provided when Exists is null for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"Exists":true}}`, "Value must be provided when Exists is true for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"Exists":false,"Value":{"N":"1"}}}`, "Value cannot be used when Exists is false for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"AttributeValueList":[{"N":"1"}]}}`, "AttributeValueList can only be used with a ComparisonOperator for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}],"Value":{"N":"1"}}}`, "Value and AttributeValueList cannot be used together for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"EQ","Exists":true}}`, "Exists and ComparisonOperator cannot be used together for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"GT"}}`, "Value or AttributeValueList must be used with ComparisonOperator: GT for Attribute: n"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"GT","AttributeValueList":[]}}`, "Invalid number of argument(s) for the GT ComparisonOperator"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"NULL","AttributeValueList":[{"N":"1"}]}}`, "Invalid number of argument(s) for the NULL ComparisonOperator"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"GT","AttributeValueList":[{"SS":["a"]}]}}`, "ComparisonOperator GT is not valid for SS AttributeValue type"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"S":"a"}]}}`, "AttributeValues inside AttributeValueList must be of same type"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"1"}]}}`, "the lower bound is greater than the upper bound"},
		{"PutItem", put + `,"Expected":{"n":{"ComparisonOperator":"LIKE"}}`, "Value 'LIKE' at 'expected.n.member.comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set"},
		{"PutItem", put + `,"ConditionalOperator":"OR"`, "ConditionalOperator cannot be used without Filter or Expected"},
		{"PutItem", put + `,"ConditionalOperator":"OR","Expected":{"n":{"Exists":false}}`, "ConditionalOperator can only be used when Filter or Expected has two or more elements"},
		{"PutItem", put + `,"ConditionalOperator":"XOR"`, "Value 'XOR' at 'conditionalOperator' failed to satisfy constraint"},
		{"GetItem", get + `,"AttributesToGet":[]`, "Value '[]' at 'attributesToGet' failed to satisfy constraint"},
		{"GetItem", get + `,"AttributesToGet":["n","n"]`, "Duplicate value in attribute name: n"},
		{"Query", `"KeyConditions":{}`, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"Query", strings.Replace(key, "EQ", "NE", 1), "Attempted conditional constraint is not an indexable operation"},
		{"Query", strings.Replace(key, "EQ", "GT", 1), "Query key condition not supported"},
		{"Query", strings.Replace(key, `"pk"`, `"sk"`, 1), "Query condition missed key schema element: pk"},
		{"Query", key + `,"QueryFilter":{"sk":{"ComparisonOperator":"NOT_NULL"}}`, "QueryFilter can only contain non-primary key attributes: Primary key attribute: sk"},
		{"Query", key + `,"AttributesToGet":["n"],"Select":"COUNT"`, "Cannot specify the AttributesToGet when choosing to get only the Count"},
		{"Scan", `"ScanFilter":{"n":{}}`, "Value null at 'scanFilter.n.member.comparisonOperator' failed to satisfy constraint: Member must not be null"},
	} {
		w.refuses(c.operation, `{"TableName":"songs",`+c.parameters+`}`, "ValidationException", c.phrase)
	}
}
