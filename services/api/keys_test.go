package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

func TestAProjectGetsAKeyOfItsNameOrTheOneItIsGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	require.Equal(t, "SL", ann.project("Spring launch")["key"])
	require.Equal(t, "SL", ann.project("Second list")["key"], "two projects may have the same")
	require.Equal(t, "CUM", ann.project("Проект")["key"])
	given := ann.do("POST", "/projects", object{"name": "Spring launch", "key": "GO26"}, "Idempotency-Key", "key-1").want(201)
	require.Equal(t, "GO26", given["key"])
	ann.do("POST", "/projects", object{"name": "Spring launch", "key": "GO27"}, "Idempotency-Key", "key-1").refused(422, cumin.CodeIdempotency)
}

func TestAnOwnerChangesTheKeyAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	path := "/projects/" + p.id()
	ann.add(p, "Bob", "editor")
	bob.do("PATCH", path, object{"key": "BOB"}).refused(403, cumin.CodeForbidden)
	for _, wrong := range []any{"spi", "S", "SPICES", "5PI", "S-P", "", 7} {
		o := ann.do("PATCH", path, object{"key": wrong}).refused(422, cumin.CodeInvalid)
		require.Equal(t, "/key", o["errors"].([]any)[0].(map[string]any)["pointer"], "%v", wrong)
	}
	changed := ann.do("PATCH", path, object{"key": "SPC"}, "If-Match", ann.do("GET", path, nil).header.Get("ETag")).want(200)
	require.Equal(t, "SPC", changed["key"])
	again := ann.do("PATCH", path, object{"key": "SPC"}).want(200)
	require.Equal(t, changed.version(), again.version(), "a patch that changes nothing spends no version")
	renamed := ann.do("PATCH", path, object{"name": "Herbs and roots"}).want(200)
	require.Equal(t, "SPC", renamed["key"], "a key stays when the name changes")
	require.Equal(t, "SPC", bob.do("GET", path+"/board", nil).want(200)["project"].(map[string]any)["key"])
}

func TestATaskIsFoundByItsNameUnderAnyKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Web shop")
	ann.task(p, "first")
	ann.task(p, "second")
	for q, want := range map[string][]string{
		"WS-2": {"second"}, "ws-2": {"second"}, "2": {"second"}, "CUM-2": {"second"}, "WS-3": {}, "-2": {}, "w-2": {},
	} {
		got := ann.do("GET", "/projects/"+p.id()+"/tasks?q="+q, nil).want(200).items()
		require.Equal(t, want, field[string](got, "title"), q)
	}
}

func TestAProjectFromBeforeThereWereKeysReadsAsCUMAndCanGetOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.do("POST", "/projects", object{"name": "Spices"}, "Idempotency-Key", "key-1").want(201)
	path := "/projects/" + p.id()
	w.keyless(p)
	key := cumin.IdempotencyKey{User: ann.id, Route: "projects", Key: "key-1"}
	w.remember(key, `{"id":"`+p.id()+`","name":"Spices"}`)

	require.Equal(t, "CUM", ann.do("POST", "/projects", object{"name": "Spices"}, "Idempotency-Key", "key-1").want(201)["key"], "asked again after the update")
	require.Equal(t, "CUM", ann.do("GET", path, nil).want(200)["key"])
	require.Equal(t, []string{"CUM"}, field[string](ann.do("GET", "/projects", nil).want(200).items(), "key"))
	require.Equal(t, "CUM", ann.do("GET", path+"/board", nil).want(200)["project"].(map[string]any)["key"])
	ann.task(p, "still works")
	require.Equal(t, "CUM", ann.do("PATCH", path, object{"description": "all of them"}).want(200)["key"])
	require.Equal(t, "SPI", ann.do("PATCH", path, object{"key": "SPI"}).want(200)["key"])
	ann.do("DELETE", path, nil).want(204)
}

// remember replaces what was answered under a key.
func (w *world) remember(k cumin.IdempotencyKey, body string) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.aws.Config).UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.aws.Tables.Ephemeral,
		Key: map[string]types.AttributeValue{
			dynamo.PK: &types.AttributeValueMemberS{Value: dynamo.IdempotencyPK(k.User, k.Route, k.Key)},
			dynamo.SK: &types.AttributeValueMemberS{Value: dynamo.SKIdem},
		},
		ConditionExpression:       aws.String("attribute_exists(body)"),
		UpdateExpression:          aws.String("SET body = :body"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":body": &types.AttributeValueMemberS{Value: body}},
	})
	require.NoError(w.t, err)
}

// keyless makes a project one from before there were keys.
func (w *world) keyless(project object) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.aws.Config).UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.aws.Tables.Core,
		Key: map[string]types.AttributeValue{
			dynamo.PK: &types.AttributeValueMemberS{Value: dynamo.ProjectPK(cumin.ProjectID(project.id()))},
			dynamo.SK: &types.AttributeValueMemberS{Value: dynamo.SKProject},
		},
		UpdateExpression:         aws.String("REMOVE #key"),
		ExpressionAttributeNames: map[string]string{"#key": dynamo.AttrKey},
	})
	require.NoError(w.t, err)
}
