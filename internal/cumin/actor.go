package cumin

// Actor is who does something, and under which request. Every method that
// writes names its actor.
type Actor struct {
	User      UserID
	RequestID string
}

// Change is what the items that the actor writes carry.
func (a Actor) Change() Change { return Change{By: a.User, RequestID: a.RequestID} }
