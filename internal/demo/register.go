package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxAnswer bounds what is read of the auth service's answer.
const maxAnswer = 1 << 20

// register signs everybody up through the auth service at base and returns
// their ids in the order of People. Who has an account is looked up among the
// accounts: by now they may have another passphrase.
func register(ctx context.Context, base string, accounts cumin.AuthStore) ([]cumin.UserID, error) {
	people := People()
	ids := make([]cumin.UserID, len(people))
	g, ctx := errgroup.WithContext(ctx)
	for i, p := range people {
		g.Go(func() (err error) {
			credentials := map[string]string{"email": p.Email, "password": p.Password, "name": p.Name}
			status := 0
			if ids[i], status, err = post(ctx, base+"/auth/register", credentials); status != http.StatusConflict {
				return err
			}
			account, err := accounts.AccountByEmail(ctx, p.Email)
			ids[i] = account.ID
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("register the demo's people: %w", err)
	}
	return ids, nil
}

// post asks for a session and returns whose it is, and the answer's status.
func post(ctx context.Context, url string, body any) (cumin.UserID, int, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return "", 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return "", 0, err
	}
	if resp.StatusCode/100 != 2 {
		return "", resp.StatusCode, fmt.Errorf("POST %s answered %d: %s", url, resp.StatusCode, content)
	}
	var session struct {
		User struct{ ID cumin.UserID }
	}
	if err := json.Unmarshal(content, &session); err != nil {
		return "", resp.StatusCode, fmt.Errorf("POST %s: %w", url, err)
	}
	return session.User.ID, resp.StatusCode, nil
}
