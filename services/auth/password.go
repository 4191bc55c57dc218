package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// cost are argon2id's parameters (OWASP Password Storage cheat sheet, its
// minimum: 19 MiB, two passes, one lane).
type cost struct {
	memoryKiB uint32
	passes    uint32
	lanes     uint8
}

var productionCost = cost{memoryKiB: 19456, passes: 2, lanes: 1}

const (
	saltBytes = 16
	hashBytes = 32
	// hashWait is how long a request waits for its turn to hash before it is
	// told to come back; a flood must not take all memory.
	hashWait = 2 * time.Second
)

// hasher hashes and checks passwords, as many at a time as there are cores.
type hasher struct {
	cost  cost
	turns chan struct{}
	dummy string // hash of nothing anybody knows: unknown accounts take as long as known ones
}

func newHasher(c cost) *hasher {
	h := &hasher{cost: c, turns: make(chan struct{}, runtime.NumCPU())}
	h.dummy = h.hash(rand.Text())
	return h
}

// Hash returns the password's PHC string.
func (h *hasher) Hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return h.hash(password), nil
}

// Verify reports whether the password is the hashed one, and whether the hash
// was made with other parameters than today's. An empty phc is an account that
// does not exist: it costs the same and is never right.
func (h *hasher) Verify(ctx context.Context, phc, password string) (ok, outdated bool, err error) {
	known := phc != ""
	if !known {
		phc = h.dummy
	}
	p, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	got := argon2.IDKey([]byte(password), p.salt, p.cost.passes, p.cost.memoryKiB, p.cost.lanes, uint32(len(p.hash)))
	return subtle.ConstantTimeCompare(got, p.hash) == 1 && known, p.cost != h.cost, nil
}

// turn waits for a free core.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	wait := time.NewTimer(hashWait)
	defer wait.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-wait.C:
		return nil, cumin.Refuse(cumin.CodeUnavailable, "Too many people are signing in right now. Please try again.")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails (crypto/rand, Go 1.24)
	sum := argon2.IDKey([]byte(password), salt, h.cost.passes, h.cost.memoryKiB, h.cost.lanes, hashBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.memoryKiB, h.cost.passes, h.cost.lanes, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// phc is a parsed hash: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
type phc struct {
	cost       cost
	salt, hash []byte
}

var b64 = base64.RawStdEncoding

func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errors.New("stored password hash is not argon2id in its PHC form")
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.memoryKiB, &p.cost.passes, &p.cost.lanes); err != nil {
		return phc{}, fmt.Errorf("stored password hash: %w", err)
	}
	var saltErr, hashErr error
	p.salt, saltErr = b64.DecodeString(parts[4])
	p.hash, hashErr = b64.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || len(p.hash) != hashBytes || p.cost.passes == 0 || p.cost.lanes == 0 {
		return phc{}, errors.New("stored password hash is damaged")
	}
	return p, nil
}
