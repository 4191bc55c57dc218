package function

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFunctionNamesEverySettingThatIsMissing(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	missing := func(string) (string, bool) { return "", false }
	_, err := assemble(t.Context(), "trial", missing, &bytes.Buffer{}, func(env *Env) any {
		env.Required("CUMIN_TABLE_TRIAL")
		return func() {}
	})
	require.EqualError(t, err, "CUMIN_QUEUE_PARKED is not set\nCUMIN_TABLE_TRIAL is not set")
}

func TestAFunctionParksAndLogsUnderItsName(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	set := func(name string) (string, bool) {
		return map[string]string{"CUMIN_QUEUE_PARKED": "https://sqs/parked"}[name], true
	}
	var logs bytes.Buffer
	handler, err := assemble(t.Context(), "trial", set, &logs, func(env *Env) any {
		env.Log.Info("born")
		require.Equal(t, "trial", env.Park.Function)
		require.Equal(t, "https://sqs/parked", env.Park.URL)
		return func() {}
	})
	require.NoError(t, err)
	require.NotNil(t, handler)
	require.Contains(t, logs.String(), `"service":"trial"`)
}
