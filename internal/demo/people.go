package demo

// Person is somebody in the demo data.
type Person struct{ Name, Email, Password string }

// The people, by their place in People.
const (
	ada = iota
	grace
	tomas
	mei
	jonah
	priya
)

// People are all of them. Ada and Grace, the first two, are those that `cumin
// up` offers to sign in as; all exist on local stacks only, and register
// through the auth service like anybody else.
func People() []Person {
	return []Person{
		{"Ada Marlow", "ada@example.com", "paprika saffron 1815"},
		{"Grace Okafor", "grace@example.com", "turmeric clove 1906"},
		{"Tomás Rivera", "tomas@example.com", "cardamom harbour 1742"},
		{"Mei Lindqvist", "mei@example.com", "star anise lantern 1688"},
		{"Jonah Abadi", "jonah@example.com", "sumac and copper 1931"},
		{"Priya Nair", "priya@example.com", "black pepper coast 1503"},
	}
}
