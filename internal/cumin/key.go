package cumin

import (
	"strconv"
	"strings"
	"unicode"
)

// ProjectKey is what the names of a project's tasks begin with: task 12 of a
// project with the key WS is WS-12. 2 to 5 of A–Z and 0–9, the first a letter.
// Two projects may have the same: a person belongs to few, and every id, link
// and number is the same without it (ADR 0010).
type ProjectKey string

// DefaultKey is that of projects from before there were keys, and of those
// whose name gives none.
const DefaultKey ProjectKey = "CUM"

// Limits of keys, in characters.
const (
	MinProjectKey = 2
	MaxProjectKey = 5
	madeOfOneWord = 3 // of a key that is a word's first letters
)

// Valid reports whether k can be a project's key.
func (k ProjectKey) Valid() bool {
	if len(k) < MinProjectKey || len(k) > MaxProjectKey || !isLetter(rune(k[0])) {
		return false
	}
	return !strings.ContainsFunc(string(k), func(r rune) bool { return !isLetter(r) && !isDigit(r) })
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' }
func isDigit(r rune) bool  { return r >= '0' && r <= '9' }

// KeyOf is the key that a project gets of its name: the initials of its words,
// or the first letters of its only word. Numbers are no words, and letters
// that have no likeness in A–Z are passed over; web/src/features/projects
// proposes the same.
func KeyOf(name string) ProjectKey {
	words := keyWords(name)
	k := ProjectKey("")
	switch {
	case len(words) == 1:
		k = ProjectKey(words[0][:min(len(words[0]), madeOfOneWord)])
	default:
		for _, w := range words[:min(len(words), MaxProjectKey)] {
			k += ProjectKey(w[:1])
		}
	}
	if !k.Valid() {
		return DefaultKey
	}
	return k
}

// keyWords are the words of a name in A–Z and 0–9, each beginning with a
// letter.
func keyWords(name string) []string {
	var plain strings.Builder
	for _, r := range name {
		upper := unicode.ToUpper(r)
		switch {
		case isLetter(upper), isDigit(upper):
			plain.WriteRune(upper)
		case unicode.IsLetter(r), unicode.IsMark(r), r == '\'', r == '’': // parts of a word
			plain.WriteString(latin[upper])
		default:
			plain.WriteByte(' ')
		}
	}
	var words []string
	for word := range strings.FieldsSeq(plain.String()) {
		if word = strings.TrimLeftFunc(word, isDigit); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// latin is what letters with marks, and joined ones, look like in A–Z: those
// of Latin-1 and Latin Extended-A, and the Romanian ones with a comma.
var latin = func() map[rune]string {
	all := map[rune]string{}
	for plain, marked := range map[string]string{
		"A": "ÀÁÂÃÄÅĀĂĄ", "AE": "Æ", "C": "ÇĆĈĊČ", "D": "ÐĎĐ", "E": "ÈÉÊËĒĔĖĘĚ", "G": "ĜĞĠĢ", "H": "ĤĦ", "I": "ÌÍÎÏĨĪĬĮİ", "J": "Ĵ",
		"K": "Ķ", "L": "ĹĻĽĿŁ", "N": "ÑŃŅŇ", "O": "ÒÓÔÕÖØŌŎŐ", "OE": "Œ", "R": "ŔŖŘ", "S": "ŚŜŞŠȘ", "SS": "ßẞ", "T": "ŢŤŦȚ", "TH": "Þ",
		"U": "ÙÚÛÜŨŪŬŮŰŲ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŻŽ",
	} {
		for _, r := range marked {
			all[r] = plain
		}
	}
	return all
}()

// taskNumber is the number in what somebody calls a task: 12, or 12 behind a
// key. Whose key it is does not matter: links and notes outlive a key. False
// for other text.
func taskNumber(text string) (int64, bool) {
	if key, number, named := strings.Cut(text, "-"); named {
		if !ProjectKey(strings.ToUpper(key)).Valid() {
			return 0, false
		}
		text = number
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0
}
