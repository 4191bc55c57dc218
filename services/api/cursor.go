package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/anikeshk/cumin/internal/cumin"
)

// cursors turn a position in a list into a string that says nothing to its
// holder and is worth nothing to anybody else: it is authenticated together
// with the user and the list (path and filters) it was made for.
type cursors struct{ key []byte }

const macBytes = 16

var errCursor = &cumin.Error{Code: cumin.CodeInvalid, Message: "Some fields are not valid.", Fields: []cumin.FieldError{
	{Pointer: "query/cursor", Code: "not_allowed", Message: "This cursor is not of this list."},
}}

// sealNext is the cursor for a position; empty when there is no next page.
func sealNext[P any](c cursors, user cumin.UserID, list string, next *P) (string, error) {
	if next == nil {
		return "", nil
	}
	position, err := json.Marshal(next)
	if err != nil {
		return "", fmt.Errorf("encode cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(c.mac(user, list, position), position...)), nil
}

// openCursor reads what sealNext made; nil for no cursor.
func openCursor[P any](c cursors, user cumin.UserID, list, cursor string) (*P, error) {
	if cursor == "" {
		return nil, nil // the first page
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(sealed) <= macBytes {
		return nil, errCursor
	}
	if !hmac.Equal(sealed[:macBytes], c.mac(user, list, sealed[macBytes:])) {
		return nil, errCursor
	}
	position := new(P)
	if err := json.Unmarshal(sealed[macBytes:], position); err != nil {
		return nil, errCursor
	}
	return position, nil
}

func (c cursors) mac(user cumin.UserID, list string, position []byte) []byte {
	h := hmac.New(sha256.New, c.key)
	fmt.Fprintf(h, "cumin/cursor/v2\x00%s\x00%s\x00%s", user, list, position)
	return h.Sum(nil)[:macBytes]
}

// loadCursorKey reads the key at path or, when there is none yet, makes one.
// Of several processes that start at once exactly one makes it.
func loadCursorKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(path); err == nil || errors.Is(err, fs.ErrExist) {
			key, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("load the cursor key: %w", err)
	}
	if len(key) != sha256.Size {
		return nil, fmt.Errorf("load the cursor key: %s has %d bytes, not %d", path, len(key), sha256.Size)
	}
	return key, nil
}

// makeKey writes a key beside path and links it there, so that nobody reads
// half of it.
func makeKey(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails (crypto/rand, Go 1.24)
	temporary := fmt.Sprintf("%s.%s", path, rand.Text())
	if err := os.WriteFile(temporary, key, 0o600); err != nil {
		return err
	}
	return errors.Join(os.Link(temporary, path), os.Remove(temporary))
}
