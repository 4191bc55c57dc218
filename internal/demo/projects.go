package demo

import (
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// project is what the demo says about one project; tasks.go makes its tasks.
type project struct {
	name, description string
	age               int // days since it was started
	owner             int
	others            map[int]cumin.Role
	labels            []label
	titles            []string // tasks, oldest first; where there are none they are made …
	work              []string // … of what is done with each thing, in that order, with %s for the thing
	things            []string
	made              int      // so many of them
	fixed             []fixed  // tasks that came last, newest first
	notes             []string // descriptions that suit any of its tasks
	talk              []thread
	finished          float64 // share of the made tasks that are done
	ended             int     // days ago the last was worked on; 0: today
	archived          bool
}

// label is put on what has one of its words in the title, two at most.
type label struct {
	name  string
	words []string
}

// fixed is a task that the texts name.
type fixed struct {
	title    string
	status   cumin.Status
	priority cumin.Priority
	labels   []string
	age      time.Duration // of a task that the texts name
	text     string        // its description
	who      []int         // made it, and has it; empty: as the dice fall
	due      int           // in so many days; 0: as the dice fall
	top      bool          // of its column
}

// projects are those of the two teams, the shop's and the workshop's, and one
// that Ada keeps for herself.
func projects() []project {
	return []project{winterFair, webShop, tastingRoom, spiceRoute, kitchenRebuild, readingList}
}
