package demo

import "github.com/anikeshk/cumin/internal/cumin"

var webShop = project{
	name: "Web shop", description: "The new shop. First orders before the catalogue is out.",
	age: 60, owner: priya, others: map[int]cumin.Role{ada: cumin.RoleEditor, grace: cumin.RoleOwner, tomas: cumin.RoleEditor, jonah: cumin.RoleEditor},
	labels: []label{
		{"design", []string{"design "}},
		{"checkout", []string{"basket", "checkout", "shipping", "gift cards", "address"}},
		{"search", []string{"search"}},
		{"mobile", []string{"phones"}},
		{"accessibility", []string{"keyboard"}},
	},
	fixed: []fixed{
		{title: "Basket forgets the gift note after signing in", age: ago(0, 21, 30), status: cumin.StatusInProgress, priority: cumin.PriorityUrgent, labels: []string{"bug", "checkout"}, text: "1. Put something into the basket and write a gift note\n2. Sign in\n3. The note is empty", who: []int{ada, tomas}, due: 1},
		{title: "Prices with VAT for buyers in Norway", age: ago(1, 5, 0), status: cumin.StatusTodo, priority: cumin.PriorityHigh, labels: []string{"checkout"}, text: "They see our prices without VAT today and pay the rest at the door.", who: []int{jonah, jonah}, due: 8},
		{title: "Screen readers announce “button, button” on the size picker", age: ago(1, 7, 30), status: cumin.StatusTodo, priority: cumin.PriorityHigh, labels: []string{"bug", "accessibility"}, text: "VoiceOver on the telephone, Safari. The colour picker is fine.", who: []int{priya, jonah}},
		{title: "Searching for “chilli” finds nothing spelled “chili”", age: ago(2, 12, 0), status: cumin.StatusDone, priority: cumin.PriorityMedium, labels: []string{"search", "bug"}, who: []int{grace, priya}},
	},
	work: []string{
		"Design %s", "Build %s", "Make %s work with a keyboard", "Test %s on phones", "Write the help text for %s", "Measure how people use %s",
	},
	things: []string{
		"the basket", "the checkout", "product search", "the recipe pages", "gift cards", "the order history", "shipping rates",
		"the wish list", "stock alerts", "address lookup", "the returns form", "the newsletter sign-up", "the invoice download", "reviews",
	},
	made: 78, finished: 0.42,
	notes: []string{
		"Sketches are in the shared folder under *shop, second round*. Start from the narrow screen.",
		"Small enough for one afternoon.",
		"Done when\n\n- [ ] it works without a mouse\n- [ ] it works on the oldest phone we have\n- [ ] Priya has read the words",
		"Came up twice in last week's calls, so it goes in before the catalogue is out.",
		"Two people should look at it before it is called done.",
		"Keep it plain: the old shop had four ways to do this and nobody found any of them.",
	},
	talk: []thread{
		{title: "Basket forgets the gift note after signing in", said: []remark{
			{ada, ago(0, 19, 50), "On my telephone and on the laptop; not in a private window."},
			{tomas, ago(0, 11, 20), "Found it: signing in makes a new basket and takes the lines over, but not the note. `mergeBasket` is older than gift notes."},
			{grace, ago(0, 8, 15), "Two customers wrote about it today. Can we get their notes back?"},
			{tomas, ago(0, 7, 45), "No, they were never stored. @Grace could you write to the two and offer a card by hand?"},
			{grace, ago(0, 6, 50), "Done. Both are happy with that."},
			{jonah, ago(0, 4, 20), "I'll try it on the old tablet as soon as it is up."},
		}},
		{title: "Screen readers announce “button, button” on the size picker", said: []remark{
			{jonah, ago(1, 4, 0), "The label is on the wrapper and on the button inside it. One is enough."},
			{priya, ago(1, 2, 10), "With NVDA I even hear it three times."},
			{grace, ago(0, 17, 30), "The recipe pages do the same, so it is the component."},
		}},
		{title: "Prices with VAT for buyers in Norway", said: []remark{
			{jonah, ago(1, 3, 20), "25 %, or 15 % for food, says [the customs page](https://example.com/vat/norway). Spices are food, gift boxes are not."},
			{priya, ago(1, 1, 45), "And a gift box full of spices?"},
			{jonah, ago(0, 10, 25), "They go by what most of the price is for. @Ada do you know the split for the autumn box?"},
			{ada, ago(0, 4, 45), "About 70 to 30 for the spices. So 15 %."},
		}},
		{title: "Searching for “chilli” finds nothing spelled “chili”", said: []remark{
			{priya, ago(2, 2, 0), "Also “yoghurt”, “aubergine” and “coriander leaf”. A list of pairs is enough, I have nineteen so far."},
			{tomas, ago(1, 11, 0), "Twenty: “bbq”."},
			{priya, ago(0, 21, 0), "All in. Half as many searches find nothing as last week."},
		}},
		{title: "Build the basket", said: []remark{
			{tomas, ago(20, 4, 0), "Should a basket be there on another device a week later?"},
			{jonah, ago(19, 22, 0), "For people who are signed in, yes. For the others it stays where it is."},
		}},
		{title: "Make the checkout work with a keyboard", said: []remark{
			{priya, ago(15, 3, 0), "I get stuck in the date picker: Tab does not leave it."},
		}},
		{title: "Test the checkout on phones", said: []remark{
			{grace, ago(11, 4, 0), "On the smallest one the total is under the keyboard."},
		}},
		{title: "Write the help text for the basket", said: []remark{
			{priya, ago(3, 5, 0), "Without “simply”, please."},
		}},
		{title: "Design the checkout", said: []remark{
			{ada, ago(40, 4, 0), "One page or three steps?"},
			{grace, ago(39, 21, 0), "One page. Each step of the old shop lost a tenth of the people."},
			{tomas, ago(38, 6, 0), "One page, but the address before the payment, so that the shipping is known."},
			{ada, ago(30, 2, 0), "One page, address first: the second sketch is the one we build."},
		}},
		{title: "Build reviews", said: []remark{
			{jonah, ago(22, 3, 0), "Do we show reviews of one star?"},
			{grace, ago(21, 21, 0), "All of them. Nobody believes a shop that has only fives."},
		}},
		{title: "Measure how people use the returns form", said: []remark{
			{tomas, ago(6, 2, 0), "Not before there are twenty returns. We have had three."},
		}},
	},
}
