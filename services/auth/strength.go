package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/nbutton23/zxcvbn-go/data"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxPasswordBytes bounds what is hashed; NIST wants at least 64 accepted.
const maxPasswordBytes = 1024

// common are the frequent passwords of zxcvbn's list (MIT, 7,141 words).
var common = sync.OnceValue(func() map[string]bool {
	raw, err := data.Asset("data/Passwords.json")
	var list struct{ List []string }
	if err == nil {
		err = json.Unmarshal(raw, &list)
	}
	if err != nil {
		panic("the embedded list of common passwords is unreadable: " + err.Error())
	}
	words := make(map[string]bool, len(list.List))
	for _, w := range list.List {
		words[w] = true
	}
	return words
})

// checkPassword says what is wrong with a new password (NIST 800-63B-4
// §3.1.1): length, common ones, and what anybody knows of its owner. There are
// no rules of composition, and it is taken exactly as typed.
func checkPassword(password string, minimum int, email, name string) *cumin.FieldError {
	refuse := func(code, message string) *cumin.FieldError {
		return &cumin.FieldError{Pointer: "/password", Code: code, Message: message}
	}
	switch {
	case utf8.RuneCountInString(password) < minimum:
		return refuse("too_short", fmt.Sprintf("Use at least %d characters; a few words are easy to remember.", minimum))
	case len(password) > maxPasswordBytes:
		return refuse("too_long", fmt.Sprintf("Use at most %d bytes.", maxPasswordBytes))
	}
	lower := strings.ToLower(password)
	if common()[core(lower)] || isRepetition(lower) {
		return refuse("too_common", "This is among the passphrases that are tried first.")
	}
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	rest := lower
	for _, word := range append(strings.Fields(strings.ToLower(name)), "cumin", local) {
		if utf8.RuneCountInString(word) >= 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	if rest != lower && utf8.RuneCountInString(rest) < floorPasswordMin {
		return refuse("too_personal", "This is too close to your name, your address or ours.")
	}
	return nil
}

// core strips what people put around a common password: digits and marks at
// both ends ("password" of "password!12345678").
func core(lower string) string {
	letters := strings.TrimFunc(lower, func(r rune) bool { return r < 'a' || r > 'z' })
	if letters == "" {
		return lower
	}
	return letters
}

// isRepetition reports whether s is a unit of up to eight bytes over and over,
// or one common word over and over.
func isRepetition(s string) bool {
	for n := 1; n <= len(s)/2; n++ {
		unit := s[:n]
		if strings.Repeat(unit, len(s)/n)+unit[:len(s)%n] == s && (n <= 8 || common()[unit]) {
			return true
		}
	}
	return false
}
