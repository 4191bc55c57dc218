package lambda

import (
	"fmt"
	"strconv"
	"strings"
)

// How AWS's validation framework prints values and bounds.

func quoteInt(n int) string { return "'" + strconv.Itoa(n) + "'" }

func bound(tooSmall bool, low, high int) string {
	if tooSmall {
		return fmt.Sprintf("Member must have value greater than or equal to %d", low)
	}
	return fmt.Sprintf("Member must have value less than or equal to %d", high)
}

func sprintList(list []string) string { return "[" + strings.Join(list, ", ") + "]" }
