package demo

import "github.com/anikeshk/cumin/internal/cumin"

// project is what the demo says about one project; tasks.go makes its tasks.
type project struct {
	name, description string
	age               int // days since it was started
	owner             int
	others            map[int]cumin.Role
	labels            []string
	work              []string // what is done, with %s for the thing
	things            []string
	fixed             []fixed // tasks that are always there, newest first
	made              int     // further tasks, made of work and things
	finished          float64 // share of the made tasks that are done
	archived          bool
}

// fixed is a task that the texts name.
type fixed struct {
	title    string
	status   cumin.Status
	priority cumin.Priority
	labels   []string
}

// projects are those of the two teams, the shop's and the workshop's, and one
// that Ada keeps for herself.
func projects() []project {
	return []project{winterFair, webShop, tastingRoom, spiceRoute, kitchenRebuild, readingList}
}

var spiceRoute = project{
	name: "Spice route", description: "Launch plan for the autumn catalogue: twelve blends, one story.",
	age: 48, owner: ada, others: map[int]cumin.Role{grace: cumin.RoleEditor, tomas: cumin.RoleEditor, priya: cumin.RoleOwner, mei: cumin.RoleViewer},
	labels: []string{"catalogue", "photo", "copy", "sales", "legal"},
	fixed: []fixed{
		{"Proofread the allergen table", cumin.StatusInProgress, cumin.PriorityUrgent, []string{"legal"}},
		{"Price list for wholesale", cumin.StatusInProgress, cumin.PriorityHigh, []string{"sales"}},
		{"Write the story of each blend", cumin.StatusInProgress, cumin.PriorityMedium, []string{"copy"}},
		{"Invite forty buyers", cumin.StatusTodo, cumin.PriorityMedium, []string{"sales"}},
		{"Order sample boxes", cumin.StatusTodo, cumin.PriorityMedium, []string{"sales"}},
		{"Book the tasting room", cumin.StatusTodo, cumin.PriorityLow, nil},
		{"Translate labels into French", cumin.StatusTodo, cumin.PriorityLow, []string{"copy"}},
		{"Photograph the new tins", cumin.StatusDone, cumin.PriorityMedium, []string{"catalogue", "photo"}},
		{"Agree on the twelve hero blends", cumin.StatusDone, cumin.PriorityHigh, []string{"catalogue"}},
	},
	work: []string{"Photograph %s", "Write the page on %s", "Check the origin papers of %s", "Cost %s per tin", "Design the label for %s"},
	things: []string{
		"the smoked paprika", "the garam masala", "the breakfast chai", "the ras el hanout", "the dukkah", "the citrus pepper",
		"the mulling spices", "the za'atar", "the pickling mix", "the curry leaf salt", "the saffron trio", "the barbecue rub",
	},
	made: 52, finished: 0.5,
}

var webShop = project{
	name: "Web shop", description: "The new shop. First orders before the catalogue is out.",
	age: 60, owner: priya, others: map[int]cumin.Role{ada: cumin.RoleEditor, grace: cumin.RoleOwner, tomas: cumin.RoleEditor, jonah: cumin.RoleEditor},
	labels: []string{"design", "checkout", "search", "mobile", "bug", "accessibility"},
	fixed: []fixed{
		{"Basket forgets the gift note after signing in", cumin.StatusInProgress, cumin.PriorityUrgent, []string{"bug", "checkout"}},
		{"Prices with VAT for buyers in Norway", cumin.StatusTodo, cumin.PriorityHigh, []string{"checkout"}},
		{"Screen readers announce “button, button” on the size picker", cumin.StatusTodo, cumin.PriorityHigh, []string{"bug", "accessibility"}},
		{"Searching for “chilli” finds nothing spelled “chili”", cumin.StatusDone, cumin.PriorityMedium, []string{"search", "bug"}},
	},
	work: []string{
		"Design %s", "Build %s", "Test %s on phones", "Write the help text for %s", "Measure how people use %s", "Make %s work with a keyboard",
	},
	things: []string{
		"the basket", "the checkout", "product search", "the recipe pages", "gift cards", "the order history", "shipping rates",
		"the wish list", "stock alerts", "address lookup", "the returns form", "the newsletter sign-up", "the invoice download", "reviews",
	},
	made: 78, finished: 0.42,
}

var kitchenRebuild = project{
	name: "Kitchen rebuild", description: "Everything between the old stove and the new one.",
	age: 34, owner: ada, others: map[int]cumin.Role{grace: cumin.RoleEditor, mei: cumin.RoleEditor, jonah: cumin.RoleEditor},
	labels: []string{"quotes", "plumbing", "power", "safety"},
	fixed: []fixed{
		{"Electrician: three quotes", cumin.StatusInProgress, cumin.PriorityHigh, []string{"quotes"}},
		{"Move the water pipe", cumin.StatusTodo, cumin.PriorityHigh, []string{"plumbing"}},
		{"Find a home for the old stove", cumin.StatusTodo, cumin.PriorityNone, nil},
		{"Choose the extractor", cumin.StatusDone, cumin.PriorityLow, nil},
		{"Measure the alcove twice", cumin.StatusDone, cumin.PriorityMedium, nil},
	},
	work:   []string{"Choose %s", "Get quotes for %s", "Fit %s", "Have %s inspected"},
	things: []string{"the worktop", "the extractor duct", "the cold store", "the floor drains", "the gas line", "the fire door", "the dish wash"},
	made:   21, finished: 0.38,
}

var tastingRoom = project{
	name: "Tasting room", description: "Forty seats, one long table, open on Fridays.",
	age: 55, owner: mei, others: map[int]cumin.Role{grace: cumin.RoleEditor, jonah: cumin.RoleOwner, ada: cumin.RoleViewer},
	labels: []string{"menu", "room", "permits", "staff"},
	fixed: []fixed{
		{"Licence to serve after ten", cumin.StatusInProgress, cumin.PriorityHigh, []string{"permits"}},
		{"Tasting notes people can take home", cumin.StatusTodo, cumin.PriorityMedium, []string{"menu"}},
	},
	work:   []string{"Plan %s", "Order %s", "Try out %s with ten guests", "Write down how we do %s"},
	things: []string{"the opening night", "the long table", "the winter menu", "the bookings", "the school visits", "the tasting glasses", "the music", "the coat racks"},
	made:   26, finished: 0.35,
}

var winterFair = project{
	name: "Winter fair", description: "Last year's stall. Kept for the lists.",
	age: 60, owner: grace, others: map[int]cumin.Role{ada: cumin.RoleEditor, tomas: cumin.RoleEditor},
	labels:   []string{"stall", "stock"},
	work:     []string{"Pack %s", "Count what is left of %s", "Price %s"},
	things:   []string{"the gift boxes", "the chai", "the banners", "the till", "the sample spoons", "the mulling spices"},
	made:     18,
	finished: 1,
	archived: true,
}

var readingList = project{
	name: "Reading list", description: "Only mine.", age: 12, owner: ada,
	fixed: []fixed{
		{"The Spice Islands, chapters 4 to 7", cumin.StatusInProgress, cumin.PriorityNone, nil},
		{"Return the atlas", cumin.StatusTodo, cumin.PriorityLow, nil},
		{"A history of pepper in twelve ports", cumin.StatusDone, cumin.PriorityNone, nil},
	},
}
