package emulator

import (
	"errors"
	"net/http"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

// openServices builds each service with what it needs of the others. The order
// is that of need: what delivers comes before what consumes.
func (a *AWS) openServices() error {
	a.services = map[string]http.Handler{}
	return nil
}

// closeServices stops them in the opposite order.
func (a *AWS) closeServices() error { return nil }

func openStore(string) (store.Store, error) {
	return nil, errors.New("the durable store is not built")
}
