package demo

import "github.com/anikeshk/cumin/internal/cumin"

var spiceRoute = project{
	name: "Spice route", description: "Launch plan for the autumn catalogue: twelve blends, one story.",
	age: 48, owner: ada, others: map[int]cumin.Role{grace: cumin.RoleEditor, tomas: cumin.RoleEditor, priya: cumin.RoleOwner, mei: cumin.RoleViewer},
	labels: []label{
		{"photo", []string{"photograph"}},
		{"copy", []string{"page", "label"}},
		{"sales", []string{"cost"}},
		{"legal", []string{"papers"}},
	},
	fixed: []fixed{
		{title: "Proofread the allergen table", age: ago(1, 2, 0), status: cumin.StatusInProgress, priority: cumin.PriorityUrgent, labels: []string{"legal"}, text: "Fourteen allergens, twelve blends. Compare with the papers, not with last year's table:\n\n- [ ] cereals, sesame, nuts\n- [ ] celery and mustard\n- [ ] “may contain” of the mill", who: []int{priya, tomas}, due: 1},
		{title: "Price list for wholesale", age: ago(1, 17, 0), status: cumin.StatusInProgress, priority: cumin.PriorityHigh, labels: []string{"sales"}, text: "One page, prices without VAT, valid until the end of March.", who: []int{ada, tomas}, due: 4},
		{title: "Write the story of each blend", age: ago(2, 0, 30), status: cumin.StatusInProgress, priority: cumin.PriorityMedium, labels: []string{"copy"}, text: "Eighty words each: where it comes from, who mixes it, what it is good with. **No adjectives of taste**, people find those themselves.", who: []int{priya, ada}, due: 6},
		{title: "Invite forty buyers", age: ago(2, 14, 0), status: cumin.StatusTodo, priority: cumin.PriorityMedium, labels: []string{"sales"}, text: "By post, not by mail. The cards are at the printer.", who: []int{ada, ada}, due: 9},
		{title: "Order sample boxes", age: ago(3, 14, 0), status: cumin.StatusTodo, priority: cumin.PriorityMedium, labels: []string{"sales"}, who: []int{ada, grace}},
		{title: "Book the tasting room", age: ago(4, 17, 0), status: cumin.StatusTodo, priority: cumin.PriorityLow, who: []int{priya, grace}, due: 3},
		{title: "Translate labels into French", age: ago(5, 0, 40), status: cumin.StatusTodo, priority: cumin.PriorityLow, labels: []string{"copy"}, who: []int{priya, tomas}},
		{title: "Photograph the new tins", age: ago(6, 12, 0), status: cumin.StatusDone, priority: cumin.PriorityMedium, labels: []string{"catalogue", "photo"}, who: []int{ada, priya}},
		{title: "Agree on the twelve hero blends", age: ago(8, 5, 0), status: cumin.StatusDone, priority: cumin.PriorityHigh, labels: []string{"catalogue"}, who: []int{ada, priya}},
	},
	work: []string{"Check the origin papers of %s", "Cost %s per tin", "Design the label for %s", "Photograph %s", "Write the page on %s"},
	things: []string{
		"the smoked paprika", "the garam masala", "the breakfast chai", "the ras el hanout", "the dukkah", "the citrus pepper",
		"the mulling spices", "the za'atar", "the pickling mix", "the curry leaf salt", "the saffron trio", "the barbecue rub",
	},
	made: 52, finished: 0.5,
	notes: []string{
		"The spring catalogue's sheet is a good start; the weights have changed since.",
		"Done when\n\n- [ ] the supplier has confirmed it\n- [ ] somebody else has read it\n- [ ] it is in the catalogue's folder",
		"Waiting for the supplier. Ask again on Thursday.",
		"Small enough for one afternoon.",
		"Two people should look at it before it goes to the printer.",
	},
	talk: []thread{
		{title: "Proofread the allergen table", said: []remark{
			{tomas, ago(0, 6, 10), "Mustard is missing, with the pickling mix and with the curry leaf salt. All else agrees with the suppliers' papers."},
			{priya, ago(0, 5, 35), "The curry leaf salt has none, it is fried in sunflower oil now. The pickling mix does."},
			{tomas, ago(0, 5, 20), "Then it is one line. @Ada it has to be right before the printer gets it, will you read it once more?"},
			{ada, ago(0, 3, 5), "Read. The sesame in the dukkah should be **bold** like the others; the rest is right."},
			{tomas, ago(0, 1, 18), "Changed. @Grace has the last look, and then it goes."},
		}},
		{title: "Price list for wholesale", said: []remark{
			{grace, ago(1, 6, 0), "Steps at 24, 96 and 240 tins? The last is what the hotel asked for."},
			{tomas, ago(1, 4, 30), "24 and 96 as before. 240 eats the margin on saffron."},
			{ada, ago(0, 15, 40), "Take the saffron out of the steps, and 240 works for everybody."},
			{tomas, ago(0, 12, 20), "So it is\n\n- 24 tins: 8 % less\n- 96 tins: 12 %\n- 240 tins: 15 %\n- saffron: one price"},
		}},
		{title: "Invite forty buyers", said: []remark{
			{priya, ago(2, 1, 0), "Last year's list has 61 names, and a third of them have moved on. [Here it is without those](https://example.com/lists/buyers-autumn)."},
			{ada, ago(1, 20, 15), "Thank you. I took out those who never answered, that leaves 40."},
			{grace, ago(1, 3, 0), "@Ada the hotel in Bergen is not among them, and they buy more than the next five together."},
			{ada, ago(0, 20, 30), "41, then."},
		}},
		{title: "Book the tasting room", said: []remark{
			{grace, ago(4, 2, 0), "Mei keeps the second Friday for us, until the end of the week."},
			{priya, ago(3, 10, 0), "How many people can stand there?"},
			{grace, ago(3, 8, 30), "Sixty, if the coats go upstairs."},
		}},
		{title: "Agree on the twelve hero blends", said: []remark{
			{priya, ago(7, 5, 0), "Eleven are clear. For the last place there are two: the barbecue rub and the sumac."},
			{tomas, ago(6, 22, 0), "The barbecue rub sells in May, not in autumn."},
			{grace, ago(6, 3, 0), "People buy it as a present, and of sumac we never had enough anyway."},
			{priya, ago(4, 3, 0), "**Decided:** the barbecue rub. Sumac waits for spring."},
		}},
		{title: "Photograph the new tins", said: []remark{
			{ada, ago(5, 4, 0), "Matt tins show every finger. Cotton gloves are in the drawer under the scales."},
			{priya, ago(2, 2, 0), "All 24 are [in the album](https://example.com/albums/new-tins). Number 17 has a dent, I turned it to the back."},
			{ada, ago(1, 22, 0), "Lovely. Number 9 goes on the cover."},
		}},
		{title: "Translate labels into French", said: []remark{
			{tomas, ago(4, 3, 0), "“Mélange à pickles” or “épices à marinade”?"},
			{ada, ago(3, 1, 0), "The second. I asked at the French bakery."},
		}},
		{title: "Photograph the za'atar", said: []remark{
			{ada, ago(5, 5, 0), "With fresh thyme beside it, please. The market has it until the end of the month."},
		}},
		{title: "Cost the pickling mix per tin", said: []remark{
			{grace, ago(19, 4, 0), "Coriander is a fifth dearer than in spring: 1.42 per tin instead of 1.31."},
			{tomas, ago(18, 20, 0), "Then it needs its new price before the catalogue, not after."},
		}},
		{title: "Design the label for the saffron trio", said: []remark{
			{tomas, ago(20, 3, 0), "Three colours on one label are one plate more: 90."},
			{ada, ago(19, 6, 0), "Gold only, then. The threads are colour enough."},
		}},
	},
}
