package dynamodb_test

import (
	"fmt"
	"testing"
)

// song is what the expressions below are about.
const song = `{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"5"},"neg":{"N":"-2.5"},"s":{"S":"hello é"},"b":{"B":"AAEC"},"t":{"BOOL":true},"z":{"NULL":true},
	"l":{"L":[{"N":"1"},{"S":"two"},{"M":{"k":{"S":"v"}}}]},"m":{"M":{"x":{"M":{"y":{"N":"7"}}},"a.b":{"S":"dotted"}}},
	"ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"e":{"S":""}}`

const values = `{":five":{"N":"5"},":six":{"N":"6"},":one":{"N":"1"},":s":{"S":"hello é"},":h":{"S":"hell"},":a":{"S":"a"},":v":{"S":"v"},":N":{"S":"N"},":S":{"S":"S"},
	":bin":{"B":"AAEC"},":b0":{"B":"AA=="},":true":{"BOOL":true},":ssr":{"SS":["b","a"]},":m":{"M":{"k":{"S":"v"}}},":eight":{"N":"8"},":three":{"N":"3"},":dot":{"S":"dotted"},":two":{"S":"two"}}`

func TestConditionsHoldAsTheirWordsSay(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("PutItem", `{"TableName":"songs","Item":`+song+`}`)
	for condition, want := range map[string]bool{
		"n = :five": true, "n = :six": false, "n <> :six": true, "n <> :five": false, "nope <> :five": true, "nope = :five": false, "n = :s": false, "n <> :s": true,
		"n < :six": true, "n <= :five": true, "n > :five": false, "n >= :five": true, "n < :s": false, "nope < :six": false, "neg < :one": true, ":one > neg": true,
		"n BETWEEN :one AND :six": true, "n between :five and :five": true, "n BETWEEN :six AND :eight": false, "nope BETWEEN :one AND :six": false,
		"n IN (:one, :five)": true, "n in (:one, :six)": false, "s IN (:s)": true,
		"attribute_exists(n)": true, "attribute_exists(m.x.y)": true, "attribute_exists(m.x.z)": false, "attribute_not_exists(nope)": true, "attribute_not_exists(l[7])": true, "attribute_exists(l[2].k)": true,
		"attribute_type(n, :N)": true, "attribute_type(n, :S)": false, "attribute_type(nope, :S)": false,
		"begins_with(s, :h)": true, "begins_with(s, :v)": false, "begins_with(b, :b0)": true, "begins_with(n, :h)": false,
		"contains(s, :h)": true, "contains(ss, :a)": true, "contains(ss, :v)": false, "contains(l, :two)": true, "contains(l, :m)": true, "contains(ns, :one)": true, "contains(n, :five)": false,
		"size(s) = :six": false, "size(s) > :six": true, "size(b) = :three": true, "size(l) = :three": true, "size(ss) < :three": true, "size(n) = :one": false, "size(e) < :one": true, "size(m) < :three": true,
		"ss = :ssr": true, "l[2] = :m": true, "l[0] = :one": true, "m.x.y > :six": true, "t = :true": true, "b = :bin": true, "m.#dot = :dot": true,
		"NOT n = :six": true, "not not n = :five": true, "n = :five AND n = :six": false, "n = :five OR n = :six": true,
		"n = :six AND n = :five OR n = :five": true, "n = :six AND (n = :five OR n = :five)": false, "(n) = (:five)": true, "NOT (n = :six OR n = :eight)": true, "n = :five and not (n = :six)": true,
	} {
		body := fmt.Sprintf(`{"TableName":"songs","FilterExpression":%q,"ExpressionAttributeNames":%s,"ExpressionAttributeValues":%s}`, condition, usedNames(condition), used(t, condition))
		var out struct{ Count int }
		decode(t, w.do("Scan", body), &out)
		if got := out.Count == 1; got != want {
			t.Errorf("%s: got %t, want %t", condition, got, want)
		}
	}
}

func TestUpdatesMakeTheItemTheyDescribe(t *testing.T) {
	t.Parallel()
	for update, want := range map[string]string{
		"SET n = n + :one":                              `{"n":{"N":"6"}}`,
		"SET n = n - :six, neg = n":                     `{"n":{"N":"-1"},"neg":{"N":"5"}}`, // right sides read the old item
		"SET n = if_not_exists(nope, :six)":             `{"n":{"N":"6"}}`,
		"SET n = if_not_exists(n, :six) + :one":         `{"n":{"N":"6"}}`,
		"SET fresh = if_not_exists(nope, :one) + :five": `{"fresh":{"N":"6"}}`,
		"SET l = list_append(l, l)":                     `{"l":{"L":[{"N":"1"},{"S":"two"},{"M":{"k":{"S":"v"}}},{"N":"1"},{"S":"two"},{"M":{"k":{"S":"v"}}}]}}`,
		"SET l[1] = :one, l[9] = :six, l[8] = :five":    `{"l":{"L":[{"N":"1"},{"N":"1"},{"M":{"k":{"S":"v"}}},{"N":"5"},{"N":"6"}]}}`,
		"SET l[2].k = :a":                               `{"l":{"L":[{"N":"1"},{"S":"two"},{"M":{"k":{"S":"a"}}}]}}`,
		"SET m.x.z = :a REMOVE m.x.y":                   `{"m":{"M":{"x":{"M":{"z":{"S":"a"}}},"a.b":{"S":"dotted"}}}}`,
		"REMOVE l[0], l[2]":                             `{"l":{"L":[{"S":"two"}]}}`,
		"REMOVE nope, m.x.nope, l[9]":                   `{}`,
		"ADD n :five, fresh :one":                       `{"n":{"N":"10"},"fresh":{"N":"1"}}`,
		"ADD ss :ssr":                                   `{"ss":{"SS":["a","b"]}}`,
		"ADD fresh :ssr DELETE ss :ssr":                 `{"fresh":{"SS":["a","b"]},"ss":null}`,
		"DELETE nope :ssr":                              `{}`,
		"SET #dot = :a":                                 `{"a.b":{"S":"a"}}`,
		"SET e = (n + :one)":                            `{"e":{"N":"6"}}`,
		"set n = :one remove s add neg :one":            `{"n":{"N":"1"},"s":null,"neg":{"N":"-1.5"}}`,
	} {
		t.Run(update, func(t *testing.T) {
			t.Parallel()
			w := songWorld(t)
			w.do("PutItem", `{"TableName":"songs","Item":`+song+`}`)
			got := w.do("UpdateItem", fmt.Sprintf(`{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":%q,"ExpressionAttributeNames":%s,"ExpressionAttributeValues":%s,"ReturnValues":"ALL_NEW"}`,
				update, usedNames(update), used(t, update)))
			var before, change map[string]any
			decode(t, song, &before)
			decode(t, want, &change)
			for name, v := range change {
				if before[name] = v; v == nil {
					delete(before, name)
				}
			}
			var out struct{ Attributes map[string]any }
			decode(t, got, &out)
			if a, b := fmt.Sprint(out.Attributes), fmt.Sprint(before); a != b {
				t.Fatalf("got  %s\nwant %s", a, b)
			}
		})
	}
}

func TestUpdatesThatDoNotFitTheItemAreRefused(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("PutItem", `{"TableName":"songs","Item":`+song+`}`)
	const (
		missing   = "The provided expression refers to an attribute that does not exist in the item"
		wrongType = "An operand in the update expression has an incorrect data type"
		wrongPath = "The document path provided in the update expression is invalid for update"
	)
	for update, phrase := range map[string]string{
		"SET a = nope + :one": missing, "SET a = s + :one": wrongType, "SET a = list_append(s, l)": wrongType, "ADD s :one": wrongType, "ADD ss :one": wrongType, "DELETE n :ssr": wrongType,
		"SET nope.x = :one": wrongPath, "SET s.x = :one": wrongPath, "SET m[0] = :one": wrongPath, "REMOVE nope.x": wrongPath, "SET l[9].k = :one": wrongPath,
		"SET pk = :a": "Cannot update attribute pk. This attribute is part of the key", "SET gpk = :one": "attempted to update the secondary index key to unsupported type",
	} {
		w.refuses("UpdateItem", fmt.Sprintf(`{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":%q,"ExpressionAttributeValues":%s}`, update, used(t, update)), "ValidationException", phrase)
	}
	w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, `{"Item":`+song+`}`)
}

func TestExpressionsThatMeanNothingAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	for condition, phrase := range map[string]string{
		"":                        "Invalid ConditionExpression: The expression can not be empty;",
		"n = ":                    `Syntax error; token: "<EOF>", near: "= "`,
		"n == :one":               `Syntax error; token: "=", near: "== :one"`,
		"n = :one n":              `Syntax error; token: "n", near: ":one n"`,
		"a.b[x] = :one":           `Syntax error; token: "x", near: "[x]"`,
		"((n = :one))":            "The expression has redundant parentheses;",
		"name = :one":             "Attribute name is a reserved keyword; reserved keyword: name",
		"#no = :one":              "An expression attribute name used in the document path is not defined; attribute name: #no",
		"n = :no":                 "An expression attribute value used in expression is not defined; attribute value: :no",
		"foo(n)":                  "Invalid function name; function: foo",
		"size(n)":                 "Syntax error",
		"if_not_exists(n, :one)":  "The function is not allowed in a condition expression; function: if_not_exists",
		"contains(n)":             "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1",
		"attribute_exists(:one)":  "Operator or function requires a document path; operator or function: attribute_exists",
		"attribute_type(n, :one)": "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
		"attribute_type(n, :a)":   "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
		"begins_with(n, :one)":    "operator or function: begins_with, operand type: N",
		"n = n":                   "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]",
		"n BETWEEN :six AND :one": "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:1}",
		"n BETWEEN :a AND :one":   "The BETWEEN operator requires same data type for lower and upper bounds",
		"n < :true":               "operator or function: <, operand type: BOOL",
		"n = size(:one)":          "operator or function: size, operand type: N",
	} {
		body := fmt.Sprintf(`{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ConditionExpression":%q,"ExpressionAttributeValues":%s}`, condition, atLeastOne(used(t, condition)))
		w.refuses("DeleteItem", body, "ValidationException", phrase)
	}
	for update, phrase := range map[string]string{
		"":                           "Invalid UpdateExpression: The expression can not be empty;",
		"SET n = :one SET s = :a":    `Invalid UpdateExpression: The "SET" section can only be used once in an update expression;`,
		"SET n = :one, n = :six":     "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]",
		"SET m.x = :one REMOVE m":    "path one: [m, x], path two: [m]",
		"SET m.x = :one, m[1] = :a":  "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [1]]",
		"SET n = :one + :a":          "Incorrect operand type for operator or function; operator or function: +, operand type: S",
		"SET n = n + n + n":          "Syntax error",
		"ADD n :a":                   "Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
		"DELETE n :one":              "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
		"SET n = size(l)":            "The function is not allowed in an update expression; function: size",
		"SET l = list_append(l, :a)": "operator or function: list_append, operand type: S",
		"FROB n = :one":              "Syntax error",
		"SET n":                      "Syntax error",
	} {
		w.refuses("UpdateItem", fmt.Sprintf(`{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":%q,"ExpressionAttributeValues":%s}`, update, atLeastOne(used(t, update))), "ValidationException", phrase)
	}
}
