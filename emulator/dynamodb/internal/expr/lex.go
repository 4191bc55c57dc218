package expr

import "strings"

// Limits of an expression. Source: Developer Guide, "Service, account, and
// table quotas", section Expressions (read 2026-11).
const (
	maxExpressionBytes = 4096
	maxOperators       = 300
)

type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenName             // attribute name, function or keyword
	tokenHash             // #name
	tokenColon            // :value
	tokenNumber           // list index
	tokenSymbol           // operator or punctuation
)

type token struct {
	kind  tokenKind
	text  string
	start int // byte offset
}

// is reports whether the token is the given symbol.
func (t token) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

// keyword reports whether the token is the given keyword, in any case.
func (t token) keyword(word string) bool {
	return t.kind == tokenName && strings.EqualFold(t.text, word)
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// lex splits an expression into tokens; a character that begins none becomes a
// symbol of its own, which no rule accepts.
func lex(s string) []token {
	tokens := make([]token, 0, 16)
	for i := 0; i < len(s); {
		c := s[i]
		start := i
		word := func() {
			for i++; i < len(s) && (isLetter(s[i]) || isDigit(s[i])); i++ {
			}
		}
		kind := tokenSymbol
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case c == '#':
			word()
			kind = tokenHash
		case c == ':':
			word()
			kind = tokenColon
		case isLetter(c):
			word()
			kind = tokenName
		case isDigit(c):
			for i++; i < len(s) && isDigit(s[i]); i++ {
			}
			kind = tokenNumber
		case c == '<' && i+1 < len(s) && (s[i+1] == '>' || s[i+1] == '='), c == '>' && i+1 < len(s) && s[i+1] == '=':
			i += 2
		default:
			i++
		}
		if (kind == tokenHash || kind == tokenColon) && i == start+1 {
			kind = tokenSymbol
		}
		tokens = append(tokens, token{kind, s[start:i], start})
	}
	return append(tokens, token{tokenEnd, "<EOF>", len(s)})
}
