package main

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// values are the :u and :r of an expression.
func values(u, r string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{":u": &types.AttributeValueMemberS{Value: u}, ":r": &types.AttributeValueMemberS{Value: r}}
}

// text is an attribute's string or bytes.
func text(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	}
	return ""
}
