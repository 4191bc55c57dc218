// Command purge is the function behind the purge queue that erases what
// deleted projects held. It is a `bootstrap` for provided.al2023.
package main

import (
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/function"
)

func main() { function.Start("purge", build) }

func build(env *function.Env) any {
	tables := dynamo.Tables{
		Core:  env.Required("CUMIN_TABLE_CORE"),
		Tasks: env.Required("CUMIN_TABLE_TASKS"),
		Jobs:  env.Required("CUMIN_TABLE_JOBS"),
	}
	h := Handler{
		Store: dynamo.Open(env.AWS, tables).Erasure(),
		Queue: env.Sender,
		URL:   env.Required("CUMIN_QUEUE_PURGE"),
		Park:  env.Park,
		Pause: pauseBetween,
		Clock: env.Clock,
		Log:   env.Log,
	}
	return h.Handle
}
