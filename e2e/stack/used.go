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

// Used is what roles were allowed so far, by role's name, action and resource,
// as the embedded AWS remembers it.
func Used(p *platform.Platform) (map[string]map[string][]string, error) {
	res, err := http.Get(p.Endpoint() + "/_cumin/iam/used")
	if err != nil {
		return nil, fmt.Errorf("ask what roles used: %w", err)
	}
	defer res.Body.Close()
	var byARN map[string]map[string][]string
	if err := json.NewDecoder(res.Body).Decode(&byARN); err != nil {
		return nil, fmt.Errorf("read what roles used: %w", err)
	}
	out := map[string]map[string][]string{}
	for arn, actions := range byARN {
		out[arn[strings.LastIndexByte(arn, '/')+1:]] = actions
	}
	return out, nil
}

// printUsed prints what each role used, when CUMIN_IAM_USED asks for it.
func printUsed(p *platform.Platform) error {
	if os.Getenv("CUMIN_IAM_USED") == "" {
		return nil
	}
	used, err := Used(p)
	if err != nil {
		return err
	}
	for _, role := range slices.Sorted(maps.Keys(used)) {
		for _, action := range slices.Sorted(maps.Keys(used[role])) {
			fmt.Printf("used: %s %s %s\n", role, action, strings.Join(used[role][action], " "))
		}
	}
	return nil
}
