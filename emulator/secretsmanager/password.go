package secretsmanager

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
)

// Password says what a random password is made of (GetRandomPassword; also
// GenerateSecretString of templates).
type Password struct {
	PasswordLength          *int // default 32
	ExcludeCharacters       string
	ExcludeNumbers          bool
	ExcludePunctuation      bool
	ExcludeUppercase        bool
	ExcludeLowercase        bool
	IncludeSpace            bool
	RequireEachIncludedType *bool // default true
}

// Generate makes a password. Error: InvalidParameterException when nothing is
// left to choose from, or the length is not 1 to 4096.
func (p Password) Generate() (string, error) {
	length, each := 32, true
	if p.PasswordLength != nil {
		length = *p.PasswordLength
	}
	if p.RequireEachIncludedType != nil {
		each = *p.RequireEachIncludedType
	}
	kinds := []struct {
		out     bool
		letters string
	}{
		{p.ExcludeLowercase, "abcdefghijklmnopqrstuvwxyz"}, {p.ExcludeUppercase, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, {p.ExcludeNumbers, "0123456789"},
		{p.ExcludePunctuation, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}, {!p.IncludeSpace, " "},
	}
	all, required := "", []string{}
	for _, k := range kinds {
		letters := strings.Map(func(r rune) rune {
			if strings.ContainsRune(p.ExcludeCharacters, r) {
				return -1
			}
			return r
		}, k.letters)
		if !k.out && letters != "" {
			all += letters
			required = append(required, letters)
		}
	}
	switch {
	case length < 1 || length > 4096:
		return "", errParameter("InvalidParameterException: The password length must be between 1 and 4096.")
	case all == "":
		return "", errParameter("There are no characters left to make a password of.")
	case each && length < len(required):
		return "", errParameter("Password length is too short based on the required types.")
	}
	text := make([]byte, length)
	for i := range text {
		from := all
		if each && i < len(required) {
			from = required[i]
		}
		n, err := below(len(from))
		if err != nil {
			return "", err
		}
		text[i] = from[n]
	}
	for i := length - 1; i > 0; i-- { // the required ones must not stand in front
		n, err := below(i + 1)
		if err != nil {
			return "", err
		}
		text[i], text[n] = text[n], text[i]
	}
	return string(text), nil
}

func below(n int) (int, error) {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0, err
	}
	return int(v.Int64()), nil
}

type passwordOutput struct{ RandomPassword string }

func (s *Service) getRandomPassword(_ context.Context, in *Password) (*passwordOutput, error) {
	text, err := in.Generate()
	if err != nil {
		return nil, err
	}
	return &passwordOutput{text}, nil
}
