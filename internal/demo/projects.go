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
	ended             int     // days ago the last was worked on; 0: today
	archived          bool
}

// fixed is a task that the texts name.
type fixed struct {
	title    string
	status   cumin.Status
	priority cumin.Priority
	labels   []string
	top      bool // of its column
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
		{title: "Proofread the allergen table", status: cumin.StatusInProgress, priority: cumin.PriorityUrgent, labels: []string{"legal"}},
		{title: "Price list for wholesale", status: cumin.StatusInProgress, priority: cumin.PriorityHigh, labels: []string{"sales"}},
		{title: "Write the story of each blend", status: cumin.StatusInProgress, priority: cumin.PriorityMedium, labels: []string{"copy"}},
		{title: "Invite forty buyers", status: cumin.StatusTodo, priority: cumin.PriorityMedium, labels: []string{"sales"}},
		{title: "Order sample boxes", status: cumin.StatusTodo, priority: cumin.PriorityMedium, labels: []string{"sales"}},
		{title: "Book the tasting room", status: cumin.StatusTodo, priority: cumin.PriorityLow},
		{title: "Translate labels into French", status: cumin.StatusTodo, priority: cumin.PriorityLow, labels: []string{"copy"}},
		{title: "Photograph the new tins", status: cumin.StatusDone, priority: cumin.PriorityMedium, labels: []string{"catalogue", "photo"}},
		{title: "Agree on the twelve hero blends", status: cumin.StatusDone, priority: cumin.PriorityHigh, labels: []string{"catalogue"}},
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
		{title: "Basket forgets the gift note after signing in", status: cumin.StatusInProgress, priority: cumin.PriorityUrgent, labels: []string{"bug", "checkout"}},
		{title: "Prices with VAT for buyers in Norway", status: cumin.StatusTodo, priority: cumin.PriorityHigh, labels: []string{"checkout"}},
		{title: "Screen readers announce “button, button” on the size picker", status: cumin.StatusTodo, priority: cumin.PriorityHigh, labels: []string{"bug", "accessibility"}},
		{title: "Searching for “chilli” finds nothing spelled “chili”", status: cumin.StatusDone, priority: cumin.PriorityMedium, labels: []string{"search", "bug"}},
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
		{title: "Electrician: three quotes", status: cumin.StatusInProgress, priority: cumin.PriorityHigh, labels: []string{"quotes"}},
		{title: "Move the water pipe", status: cumin.StatusTodo, priority: cumin.PriorityHigh, labels: []string{"plumbing"}},
		{title: "Find a home for the old stove", status: cumin.StatusTodo, priority: cumin.PriorityNone},
		{title: "Choose the extractor", status: cumin.StatusDone, priority: cumin.PriorityLow},
		{title: "Measure the alcove twice", status: cumin.StatusDone, priority: cumin.PriorityMedium},
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
		{title: "Licence to serve after ten", status: cumin.StatusInProgress, priority: cumin.PriorityHigh, labels: []string{"permits"}},
		{title: "Tasting notes people can take home", status: cumin.StatusTodo, priority: cumin.PriorityMedium, labels: []string{"menu"}},
	},
	work:   []string{"Plan %s", "Order %s", "Try out %s with ten guests", "Write down how we do %s"},
	things: []string{"the opening night", "the long table", "the winter menu", "the bookings", "the school visits", "the tasting glasses", "the music", "the coat racks"},
	made:   26, finished: 0.35,
}

var winterFair = project{
	name: "Winter fair", description: "Last year's stall. Kept for the lists.",
	age: 340, ended: 300, owner: grace, others: map[int]cumin.Role{ada: cumin.RoleEditor, tomas: cumin.RoleEditor},
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
		{title: "The Spice Islands, chapters 4 to 7", status: cumin.StatusInProgress, priority: cumin.PriorityNone},
		{title: "Return the atlas", status: cumin.StatusTodo, priority: cumin.PriorityLow},
		{title: "A history of pepper in twelve ports", status: cumin.StatusDone, priority: cumin.PriorityNone},
	},
}
