package cumin

import "errors"

// ErrLostRace is a conditional write refused because another writer came
// first, or was at the same items at the same moment. Nothing was written:
// read again and go round.
var ErrLostRace = errors.New("another writer came first")
