package queue_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/queue"
)

func TestAMessageCarriesItsRequest(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	url := a.NewQueue("q")
	require.NoError(t, queue.NewSender(a.Config).Send(t.Context(), url, `{}`, "req-00001"))
	got := a.Take(url)
	require.Len(t, got, 1)
	require.Equal(t, "req-00001", *got[0].MessageAttributes[queue.AttributeRequestID].StringValue)
}

func TestTextThatSQSRefusesIsEscaped(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	url := a.NewQueue("q")
	title := "odd \uFFFE and \uFFFF"
	body, err := json.Marshal(title)
	require.NoError(t, err)
	require.NoError(t, queue.NewSender(a.Config).Send(t.Context(), url, string(body), ""))
	got := a.Take(url)
	require.Len(t, got, 1)
	require.False(t, strings.ContainsAny(*got[0].Body, "\uFFFE\uFFFF"))
	var back string
	require.NoError(t, json.Unmarshal([]byte(*got[0].Body), &back))
	require.Equal(t, title, back)
}

func TestAQueueThatIsGoneIsToldApart(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	require.ErrorIs(t, queue.NewSender(a.Config).Send(t.Context(), a.NoQueue(), `{}`, ""), queue.ErrNoQueue)
}

func TestParking(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		record json.RawMessage
		kept   bool
	}{
		"a record is kept as delivered":                {json.RawMessage(`{"a":1}`), true},
		"one too large for a message is named only":    {json.RawMessage(`"` + strings.Repeat("x", 300<<10) + `"`), false},
		"one that is no JSON is named only":            {json.RawMessage(`{`), false},
		"one that never had a body has nothing to add": {nil, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.Start(t)
			k := queue.Park{Sender: queue.NewSender(a.Config), URL: a.NewQueue("parked"), Function: "f", Log: slog.New(slog.DiscardHandler)}
			require.NoError(t, k.Put(t.Context(), queue.Parked{Reason: "why", Sequence: "7", Record: c.record}))
			got := a.Take(k.URL)
			require.Len(t, got, 1)
			var p queue.Parked
			require.NoError(t, json.Unmarshal([]byte(*got[0].Body), &p))
			require.Equal(t, []string{"f", "why", "7"}, []string{p.Function, p.Reason, p.Sequence})
			require.Equal(t, c.kept, p.Record != nil)
		})
	}
}
