package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/internal/platform"
)

// RoleUse is what a role was allowed so far, and what its policies grant that it
// never needed ("action on resource").
type RoleUse struct {
	Used   map[string][]string // resources by action
	Unused []string
}

// Uses are the roles' of the stack's AWS, by role ARN; the embedded AWS only.
func Uses(p *platform.Platform) (map[string]RoleUse, error) {
	res, err := http.Get(p.Endpoint() + "/_cumin/iam/used")
	if err != nil {
		return nil, fmt.Errorf("ask what roles used: %w", err)
	}
	defer res.Body.Close()
	var uses map[string]RoleUse
	if err := json.NewDecoder(res.Body).Decode(&uses); err != nil {
		return nil, fmt.Errorf("read what roles used: %w", err)
	}
	return uses, nil
}

// printUsed prints what each role used and did not, when CUMIN_IAM_USED asks
// for it: a permission that no suite uses shows in all of their figures.
func printUsed(p *platform.Platform) error {
	if os.Getenv("CUMIN_IAM_USED") == "" {
		return nil
	}
	uses, err := Uses(p)
	if err != nil {
		return err
	}
	for _, role := range slices.Sorted(maps.Keys(uses)) {
		for _, action := range slices.Sorted(maps.Keys(uses[role].Used)) {
			fmt.Printf("used: %s %s %s\n", role, action, strings.Join(uses[role].Used[action], " "))
		}
		for _, unused := range uses[role].Unused {
			fmt.Printf("unused: %s %s\n", role, unused)
		}
	}
	return nil
}
