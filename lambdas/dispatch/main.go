// Command dispatch is the function behind the jobs stream that puts queued
// export jobs on the exports queue, deletions on the purge queue and columns to
// rebalance on the ranks queue. It is a `bootstrap` for provided.al2023.
package main

import "github.com/anikeshk/cumin/internal/function"

func main() { function.Start("dispatch", build) }

func build(env *function.Env) any {
	h := Handler{
		Queue:   env.Sender,
		Exports: env.Required("CUMIN_QUEUE_EXPORTS"),
		Purge:   env.Required("CUMIN_QUEUE_PURGE"),
		Ranks:   env.Required("CUMIN_QUEUE_RANKS"),
		Park:    env.Park,
		Log:     env.Log,
	}
	return h.Handle
}
