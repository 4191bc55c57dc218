// Command activity is the function behind the streams of core, tasks and jobs
// that tells people what happened: it writes inboxes and feeds and pushes to
// the sockets instances. It is a `bootstrap` for provided.al2023.
package main

import (
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/function"
	"github.com/anikeshk/cumin/internal/notify"
)

func main() { function.Start("activity", build) }

func build(env *function.Env) any {
	tables := dynamo.Tables{
		Core:      env.Required("CUMIN_TABLE_CORE"),
		Inbox:     env.Required("CUMIN_TABLE_INBOX"),
		Ephemeral: env.Required("CUMIN_TABLE_EPHEMERAL"),
	}
	db := dynamo.Open(env.AWS, tables)
	h := Handler{
		Inbox:       db.Inbox(),
		History:     db.History(),
		Preferences: db.Preferences(),
		Directory:   db.Directory(),
		Members:     db.Members(),
		Push:        notify.Pusher{Registry: registry{db.Registry(), env.Clock}, Queue: env.Sender},
		Park:        env.Park,
		Clock:       env.Clock,
		Log:         env.Log,
	}
	return h.Handle
}
