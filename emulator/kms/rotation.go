package kms

import (
	"context"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// usualRotation is how often a key is rotated when nothing is said, in days.
const usualRotation = 365

func errRotation() *wire.Error {
	return wire.Errorf(400, "UnsupportedOperationException", "Automatic rotation is only there for symmetric encryption keys.")
}

type enableRotationInput struct {
	KeyId                string
	RotationPeriodInDays *int
}

func (s *Service) enableKeyRotation(ctx context.Context, in *enableRotationInput) (*none, error) {
	days := usualRotation
	if in.RotationPeriodInDays != nil {
		days = *in.RotationPeriodInDays
	}
	if days < 90 || days > 2560 {
		return nil, errMember(days, "rotationPeriodInDays", "Member must have value between 90 and 2560")
	}
	return &none{}, s.SetRotation(ctx, in.KeyId, days)
}

func (s *Service) disableKeyRotation(ctx context.Context, in *keyInput) (*none, error) {
	return &none{}, s.SetRotation(ctx, in.KeyId, 0)
}

// SetRotation notes how often a symmetric key is rotated; 0 days is never.
func (s *Service) SetRotation(ctx context.Context, key string, days int) error {
	_, err := s.change(ctx, key, func(k *Key) error {
		if k.Spec != symmetric && days > 0 {
			return errRotation()
		}
		k.Rotation = days
		return k.changeable()
	})
	return err
}

type rotationOutput struct {
	KeyId                string
	KeyRotationEnabled   bool
	NextRotationDate     *wire.Timestamp `json:",omitempty"`
	RotationPeriodInDays int             `json:",omitempty"`
}

func (s *Service) getKeyRotationStatus(ctx context.Context, in *keyInput) (*rotationOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.key(ctx, in.KeyId)
	if err != nil {
		return nil, err
	}
	out := &rotationOutput{KeyId: k.ARN, KeyRotationEnabled: k.Rotation > 0, RotationPeriodInDays: k.Rotation}
	if k.Rotation > 0 {
		period := time.Duration(k.Rotation) * 24 * time.Hour
		past := s.cfg.Clock.Now().Sub(k.Created) / period
		out.NextRotationDate = wire.At(k.Created.Add((past + 1) * period))
	}
	return out, nil
}
