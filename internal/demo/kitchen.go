package demo

import "github.com/anikeshk/cumin/internal/cumin"

var kitchenRebuild = project{
	name: "Kitchen rebuild", description: "Everything between the old stove and the new one.",
	age: 34, owner: ada, others: map[int]cumin.Role{grace: cumin.RoleEditor, mei: cumin.RoleEditor, jonah: cumin.RoleEditor},
	labels: []label{
		{"quotes", []string{"quotes"}},
		{"plumbing", []string{"drains", "dishwasher"}},
		{"power", []string{"induction", "extractor"}},
		{"safety", []string{"fire", "gas line", "safety"}},
	},
	fixed: []fixed{
		{title: "Electrician: three quotes", age: ago(1, 16, 30), status: cumin.StatusInProgress, priority: cumin.PriorityHigh, labels: []string{"quotes"}, text: "For the stove's line, eight sockets and the light over the counter. In writing.", who: []int{mei, grace}, due: 5},
		{title: "Move the water pipe", age: ago(2, 19, 0), status: cumin.StatusTodo, priority: cumin.PriorityHigh, labels: []string{"plumbing"}, who: []int{grace, jonah}},
		{title: "Find a home for the old stove", age: ago(7, 19, 0), status: cumin.StatusTodo, priority: cumin.PriorityNone, text: "It works. It is ugly, it weighs 140 kg, and somebody will love it.", who: []int{mei, ada}},
		{title: "Choose the extractor", age: ago(8, 2, 0), status: cumin.StatusDone, priority: cumin.PriorityLow, who: []int{jonah, jonah}},
		{title: "Measure the alcove twice", age: ago(8, 3, 0), status: cumin.StatusDone, priority: cumin.PriorityMedium, who: []int{ada, mei}},
	},
	titles: []string{
		"Draw the kitchen as it is", "Sell the two small fridges", "Ask the landlord about the wall", "Decide gas or induction", "Quotes for the worktop",
		"Choose the worktop", "Order the dishwasher", "Build a shelf for the stock in the meantime", "Book the skip", "Plan the week without a kitchen",
		"Have the gas line capped", "Quotes for the floor", "Choose the floor drains", "Fit the floor drains", "Fit the extractor duct",
		"Order the fire door", "Tile behind the stove", "Fit the worktop", "Have the dishwasher connected", "Fire inspection", "Food safety inspection",
	},
	finished: 0.38,
	notes: []string{
		"Measurements are on the plan by the back door. **Measure again** before ordering anything.",
		"Before it starts\n\n- [ ] price in writing\n- [ ] date agreed with the builder\n- [ ] tell the shop floor, it will be loud",
		"Needs a day on which the kitchen is closed; Mondays are best.",
		"Small enough for one afternoon.",
	},
	talk: []thread{
		{title: "Electrician: three quotes", said: []remark{
			{mei, ago(1, 13, 40), "The firm that did the shop's lights can come on Thursday. Shall I ask them for the second one?"},
			{grace, ago(1, 12, 25), "Yes please. I have one from Halloran, so far by telephone only; the paper comes tomorrow."},
			{mei, ago(1, 6, 5), "Thursday at eight. They want to know whether the stove is on one phase or three."},
			{jonah, ago(1, 5, 48), "Three, 16 A. The plate is behind the left foot, I took a picture of it."},
			{grace, ago(0, 22, 10), "Two are here now:\n\n- **Halloran**: 3,480, in two weeks\n- **Brightwire**: 2,950, but the new fuse board is not in it\n- the third comes on Monday"},
			{ada, ago(0, 9, 15), "With the board Brightwire is the dearer one. @Grace could you ask them for one price with everything in it?"},
			{grace, ago(0, 6, 30), "Asked, they answer by tomorrow noon. @Ada they want to see the cellar first: can you be there on Friday morning?"},
			{ada, ago(0, 2, 12), "Until eleven, yes."},
		}},
		{title: "Move the water pipe", said: []remark{
			{jonah, ago(2, 3, 0), "Before anybody drills: the pipe to the flat upstairs runs in the same wall."},
			{grace, ago(2, 1, 20), "Good that you say so. Is there a plan?"},
			{jonah, ago(1, 20, 35), "Only [the drawing from 2009](https://example.com/plans/cellar-2009.pdf), and that one is wrong about the boiler."},
		}},
		{title: "Measure the alcove twice", said: []remark{
			{mei, ago(5, 2, 0), "First time: 187.5 cm wide, 60 deep."},
			{mei, ago(3, 15, 30), "Second time: 186.9 at the floor, 187.5 at the top. The wall leans, so we order for 186."},
			{ada, ago(3, 9, 10), "And I was going to leave it at once."},
		}},
		{title: "Choose the worktop", said: []remark{
			{ada, ago(12, 4, 0), "Steel or oak? Oak looks better in the photographs and worse after a year."},
			{jonah, ago(11, 22, 0), "Steel where it is wet, oak for the counter that people see."},
			{grace, ago(10, 3, 0), "Agreed. The oak is 40 less per metre, too."},
			{ada, ago(6, 16, 0), "**Decided:** steel along the wall, oak at the counter. Jonah orders both this week."},
		}},
		{title: "Decide gas or induction", said: []remark{
			{ada, ago(28, 8, 0), "Induction needs a new line from the street. What does that cost, before we fall in love with it?"},
			{grace, ago(26, 5, 0), "1,900, and six weeks. Gas would stay the cheaper one for about four years."},
			{jonah, ago(26, 3, 30), "The old stove had nine. And there would be no gas inspection any more."},
			{mei, ago(24, 2, 0), "I cooked on my sister's for an evening. It works, even the wok, if the pan is flat."},
			{ada, ago(21, 23, 0), "**Induction**, then. Somebody has to cap the gas line, I'll make a task of it."},
		}},
		{title: "Plan the week without a kitchen", said: []remark{
			{grace, ago(20, 6, 0), "Could we have the tasting room's hotplates for that week?"},
			{mei, ago(19, 21, 0), "Monday to Thursday, gladly. On Fridays there are guests."},
		}},
		{title: "Book the skip", said: []remark{
			{ada, ago(12, 9, 0), "The council wants ten days' notice for a place in the street. The form is sent."},
		}},
		{title: "Order the fire door", said: []remark{
			{mei, ago(9, 3, 0), "On the plan it opens inwards. It has to open outwards; I told them."},
		}},
	},
}
