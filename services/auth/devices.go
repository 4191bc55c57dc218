package main

import (
	"context"
	"slices"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

// Device is one of a person's sessions, as they recognise it.
type Device struct {
	ID        cumin.SessionID `json:"id"`
	Current   bool            `json:"current" doc:"The session that asks"`
	UserAgent string          `json:"userAgent,omitempty"`
	IP        string          `json:"ip,omitempty" doc:"Where it signed in from"`
	CreatedAt view.Time       `json:"createdAt"`
	LastSeen  view.Time       `json:"lastSeen" doc:"Its last refresh; exact to the life of an access token"`
	ExpiresAt view.Time       `json:"expiresAt" doc:"Sooner when it is idle for a week"`
}

type devicesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Device `json:"items"`
	}
}

// devices lists the sessions that still live, newest first.
func (s *service) devices(ctx context.Context, _ *struct{}) (*devicesOutput, error) {
	account, own, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	live, err := s.sessions.live(ctx, account)
	if err != nil {
		return nil, err
	}
	out := &devicesOutput{CacheControl: "no-store"}
	out.Body.Items = make([]Device, 0, len(live))
	for _, se := range slices.Backward(live) {
		out.Body.Items = append(out.Body.Items, Device{
			ID: se.ID, Current: se.ID == own, UserAgent: se.UserAgent, IP: se.IP,
			CreatedAt: view.Time(se.CreatedAt), LastSeen: view.Time(se.LastSeen), ExpiresAt: view.Time(se.Expires),
		})
	}
	return out, nil
}

type deviceInput struct {
	ID string `path:"id"`
}

func (s *service) endDevice(ctx context.Context, in *deviceInput) (*struct{}, error) {
	account, _, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	return nil, s.sessions.endOne(ctx, account, cumin.SessionID(in.ID))
}

// othersInput makes the caller say it: a bare DELETE on the collection might
// be meant for all, which is logout-all.
type othersInput struct {
	Others bool `query:"others" required:"true" enum:"true" doc:"true: all but the session that asks"`
}

func (s *service) endOtherDevices(ctx context.Context, _ *othersInput) (*struct{}, error) {
	account, own, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	return nil, s.sessions.endOthers(ctx, account, own)
}
