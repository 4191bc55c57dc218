package demo

import "github.com/anikeshk/cumin/internal/cumin"

var tastingRoom = project{
	name: "Tasting room", description: "Forty seats, one long table, open on Fridays.",
	age: 55, owner: mei, others: map[int]cumin.Role{grace: cumin.RoleEditor, jonah: cumin.RoleOwner, ada: cumin.RoleViewer},
	labels: []label{
		{"menu", []string{"menu", "blends", "bread"}},
		{"room", []string{"room", "table", "lamps", "racks", "a sign", "paint", "chairs"}},
		{"permits", []string{"lease", "card reader"}},
		{"staff", []string{"train", "evening", "first-aid"}},
	},
	fixed: []fixed{
		{title: "Licence to serve after ten", age: ago(0, 7, 10), status: cumin.StatusInProgress, priority: cumin.PriorityHigh, labels: []string{"permits"}, text: "The office answers within three weeks if nothing is missing, so nothing should be missing.", who: []int{mei, mei}, due: 12},
		{title: "Tasting notes people can take home", age: ago(4, 14, 0), status: cumin.StatusTodo, priority: cumin.PriorityMedium, labels: []string{"menu"}, who: []int{grace, jonah}},
	},
	titles: []string{
		"Find a room within five minutes of the shop", "Sign the lease", "Paint the room", "Order the long table", "Forty chairs that match the table",
		"Price list for the winter menu", "Try out the winter menu with ten guests", "Order the tasting glasses", "Train two people to lead a tasting",
		"Lamps over the table", "Bookings: telephone, form or both", "Write down how an evening goes", "Plan the opening night", "Invite the neighbours",
		"Coat racks for forty", "Music that lets people talk", "School visits: what do we show", "Card reader for the bar", "Water jugs that do not drip",
		"A sign that is seen from the tram", "Choose six blends to begin with", "Bread for the table: which baker", "First-aid kit and who knows it",
		"Photographs for the website", "Ask guests what they would come back for", "Spring menu, first ideas",
	},
	finished: 0.35,
	notes: []string{
		"Talked it through on Tuesday; nobody saw a reason to wait.",
		"What Mei wants to know first\n\n- [ ] what it costs\n- [ ] who looks after it on Fridays\n- [ ] whether forty people are too many for it",
		"Small enough for one afternoon.",
		"Ask at the bakery, they did the same last year.",
	},
	talk: []thread{
		{title: "Licence to serve after ten", said: []remark{
			{mei, ago(0, 5, 5), "The form wants the name of whoever answers for the room at night. @Grace that is you on Fridays, is that all right?"},
			{grace, ago(0, 3, 40), "Yes. Please put the shop's number, not mine."},
		}},
		{title: "Tasting notes people can take home", said: []remark{
			{jonah, ago(3, 4, 0), "One sheet for each blend, or one for the evening?"},
			{grace, ago(2, 22, 0), "One for the evening, folded. Single sheets are lost before the tram."},
			{mei, ago(1, 2, 30), "@Ada the stories in the catalogue would be just right for this. May we use them?"},
		}},
		{title: "Bookings: telephone, form or both", said: []remark{
			{mei, ago(30, 5, 0), "Whoever picks up the telephone writes into the red book. Last week two parties got the same evening."},
			{jonah, ago(30, 3, 0), "The form only, then."},
			{grace, ago(29, 20, 0), "My mother would never fill in a form. Nor would half of the Thursday people."},
			{mei, ago(28, 22, 0), "Both, but the telephone ends in the form: whoever picks up fills it in while they talk."},
			{jonah, ago(18, 20, 0), "Let us try that for two weeks. The form asks four things:\n\n1. name\n2. how many\n3. which Friday\n4. what they must not eat"},
			{grace, ago(4, 7, 0), "Two weeks are over: 31 bookings, none of them twice. Shall we keep it?"},
			{mei, ago(3, 20, 0), "Yes. The red book goes into the drawer."},
		}},
		{title: "Order the long table", said: []remark{
			{jonah, ago(41, 4, 0), "4.80 m does not get round the corner of the stairs. It has to come in two halves."},
			{mei, ago(40, 21, 0), "Then please with the joint where nobody sits."},
			{jonah, ago(31, 2, 0), "Ordered: twice 2.40, with the joint between the fourth and the fifth chair."},
		}},
		{title: "Music that lets people talk", said: []remark{
			{grace, ago(24, 2, 0), "No singing in any language that somebody at the table might speak."},
		}},
		{title: "Invite the neighbours", said: []remark{
			{mei, ago(8, 5, 0), "The lady upstairs asks us to close the windows at nine. I promised."},
		}},
		{title: "Choose six blends to begin with", said: []remark{
			{mei, ago(10, 4, 0), "Not all of them hot, please."},
			{jonah, ago(9, 22, 0), "A first draft:\n\n- breakfast chai\n- dukkah, with bread\n- citrus pepper\n- ras el hanout\n- smoked paprika\n- saffron trio, to end with"},
		}},
	},
}
