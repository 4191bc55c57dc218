package stream_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/stream"
)

func read(t *testing.T, file string) stream.Batch {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var b stream.Batch
	require.NoError(t, json.Unmarshal(raw, &b))
	return b
}

func TestOneBadRecordDoesNotSpoilTheBatch(t *testing.T) {
	t.Parallel()
	b := read(t, "mixed.json")
	require.Len(t, b.Records, 4)

	good := b.Records[0]
	require.NoError(t, good.Err)
	task, err := dynamo.DecodeTask(good.New)
	require.NoError(t, err)
	require.Equal(t, "Buy beans", task.Title)
	require.Nil(t, good.Old)
	require.EqualValues(t, 1777881600, good.At.Unix())

	odd := b.Records[1]
	require.ErrorContains(t, odd.Err, "decode stream record")
	require.NotEmpty(t, odd.Sequence, "what names it is found all the same")
	require.Equal(t, good.PK, odd.PK)
	require.Equal(t, good.SK, odd.SK)
	require.NotEmpty(t, odd.Parked(odd.Err).Record)

	require.ErrorContains(t, b.Records[2].Err, "no keys")
	require.Error(t, b.Records[3].Err)
}

func TestTheShardResumesAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	b := read(t, "mixed.json")

	failures := stream.NoFailures()
	all, err := b.Answer(failures)
	require.NoError(t, err)
	body, err := json.Marshal(all)
	require.NoError(t, err)
	require.JSONEq(t, `{"batchItemFailures":[]}`, string(body))

	failures.At(3)
	_, err = b.Answer(failures)
	require.ErrorContains(t, err, "no sequence number", "then the whole batch must come again")

	failures.At(1)
	failures.At(2)
	some, err := b.Answer(failures)
	require.NoError(t, err)
	require.Equal(t, b.Records[1].Sequence, some.BatchItemFailures[0].ItemIdentifier)
}
