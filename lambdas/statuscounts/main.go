// Command statuscounts is the function behind the tasks stream that keeps each
// project's counts per status. It is a `bootstrap` for provided.al2023.
package main

import (
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/function"
)

func main() { function.Start("statuscounts", build) }

func build(env *function.Env) any {
	tables := dynamo.Tables{
		Core:    env.Required("CUMIN_TABLE_CORE"),
		Counted: env.Required("CUMIN_TABLE_COUNTED"),
	}
	h := Handler{
		Store: dynamo.Open(env.AWS, tables).Counts(),
		Park:  env.Park,
		Clock: env.Clock,
		Log:   env.Log,
	}
	return h.Handle
}
