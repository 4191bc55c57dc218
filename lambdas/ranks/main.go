// Command ranks is the function behind the ranks queue that shortens the ranks
// of a column in which many cards were dropped into one gap. It is a
// `bootstrap` for provided.al2023.
package main

import (
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/function"
)

func main() { function.Start("ranks", build) }

func build(env *function.Env) any {
	tables := dynamo.Tables{Tasks: env.Required("CUMIN_TABLE_TASKS"), Jobs: env.Required("CUMIN_TABLE_JOBS")}
	h := Handler{
		Ranks: cumin.Ranks{Store: dynamo.Open(env.AWS, tables).Ranks(env.Clock)},
		Park:  env.Park,
		Log:   env.Log,
	}
	return h.Handle
}
