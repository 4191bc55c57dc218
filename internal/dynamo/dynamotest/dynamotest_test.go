package dynamotest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTemplatesTablesAreFound(t *testing.T) {
	t.Parallel()
	tables, err := templateTables()
	require.NoError(t, err)
	indexes := map[string]int{}
	for _, table := range tables {
		indexes[table.suffix] = len(table.indexes)
		require.Equal(t, []pair{{"pk", "HASH"}, {"sk", "RANGE"}}, table.keys, table.suffix)
	}
	require.Equal(t, map[string]int{"auth": 0, "core": 1, "tasks": 5, "jobs": 1, "counted": 0, "inbox": 0, "ephemeral": 0}, indexes)
}
