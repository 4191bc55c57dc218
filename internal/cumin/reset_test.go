package cumin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestAResetTokenIsReadBackAndNothingElseIs(t *testing.T) {
	t.Parallel()
	_, token := cumin.NewReset("01J00000000000000000000001", time.Time{})
	text := token.String()
	require.Len(t, text, 73)
	read, err := cumin.ParseResetToken(text)
	require.NoError(t, err)
	require.Equal(t, token, read)

	for name, broken := range map[string]string{
		"nothing":               "",
		"another kind":          strings.Replace(text, "pr1_", "inv1_", 1),
		"cut off":               text[:len(text)-1],
		"cut off in the id":     text[:12],
		"longer":                text + "A",
		"no id":                 "pr1_" + strings.Repeat("!", 26) + text[30:],
		"a padded secret":       text + "=",
		"loose bits at its end": text[:len(text)-1] + "_",
		"a space":               " " + text,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := cumin.ParseResetToken(broken)
			require.ErrorIs(t, err, cumin.ErrResetOver)
		})
	}
}

func TestAResetOpensForItsTokenAndForAnHour(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	reset, token := cumin.NewReset("01J00000000000000000000001", now)
	_, other := cumin.NewReset("01J00000000000000000000001", now)
	require.NotContains(t, string(reset.Hash), string(token.Secret))
	require.True(t, reset.Opens(token, now.Add(time.Hour-time.Millisecond)))
	require.False(t, reset.Opens(token, now.Add(time.Hour)))
	require.False(t, reset.Opens(other, now))
	require.False(t, cumin.Reset{ExpiresAt: now.Add(time.Hour)}.Opens(token, now), "no reset opens for nothing")
}
