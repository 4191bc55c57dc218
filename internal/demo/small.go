package demo

import "github.com/anikeshk/cumin/internal/cumin"

var winterFair = project{
	name: "Winter fair", description: "Last year's stall. Kept for the lists.",
	age: 340, ended: 300, owner: grace, others: map[int]cumin.Role{ada: cumin.RoleEditor, tomas: cumin.RoleEditor},
	labels: []label{
		{"stall", []string{"pack"}},
		{"stock", []string{"price", "count"}},
	},
	work:     []string{"Price %s", "Pack %s", "Count what is left of %s"},
	things:   []string{"the gift boxes", "the chai", "the banners", "the till", "the sample spoons", "the mulling spices"},
	made:     18,
	finished: 1,
	archived: true,
	notes:    []string{"Last year's list is in the red folder.", "Small enough for one afternoon."},
	talk: []thread{
		{title: "Pack the till", said: []remark{
			{ada, ago(12, 3, 0), "Small coins for 200, and a second roll of paper. Last time it ran out at four."},
		}},
		{title: "Count what is left of the gift boxes", said: []remark{
			{tomas, ago(1, 20, 0), "Eleven large ones, two small ones. Next year the other way round."},
			{grace, ago(1, 2, 0), "Written on top of next year's list."},
		}},
	},
}

var readingList = project{
	name: "Reading list", description: "Only mine.", age: 12, owner: ada,
	fixed: []fixed{
		{title: "The Spice Islands, chapters 4 to 7", age: ago(1, 17, 0), status: cumin.StatusInProgress, priority: cumin.PriorityNone},
		{title: "Return the atlas", age: ago(2, 0, 40), status: cumin.StatusTodo, priority: cumin.PriorityLow},
		{title: "A history of pepper in twelve ports", age: ago(9, 19, 0), status: cumin.StatusDone, priority: cumin.PriorityNone},
	},
	talk: []thread{
		{title: "The Spice Islands, chapters 4 to 7", said: []remark{
			{ada, ago(0, 14, 0), "Page 112 has the clove cakes."},
		}},
	},
}
