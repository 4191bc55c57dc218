package kms

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"slices"
)

var macHashes = map[string]func() hash.Hash{
	"HMAC_SHA_224": sha256.New224, "HMAC_SHA_256": sha256.New, "HMAC_SHA_384": sha512.New384, "HMAC_SHA_512": sha512.New,
}

type macInput struct {
	options
	KeyId        string
	MacAlgorithm string
	Message      []byte
}

type macOutput struct {
	KeyId        string
	Mac          []byte
	MacAlgorithm string
}

func (s *Service) mac(ctx context.Context, in *macInput, operation string) (*macOutput, error) {
	k, err := s.usable(ctx, in.KeyId, macs, operation)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(specs[k.Spec].macs, in.MacAlgorithm) {
		return nil, errAlgorithm(k, in.MacAlgorithm)
	}
	if len(in.Message) == 0 || len(in.Message) > maxMessage {
		return nil, errMember("", "message", "Member must have length between 1 and 4096")
	}
	h := hmac.New(macHashes[in.MacAlgorithm], k.Material)
	h.Write(in.Message)
	return &macOutput{k.ARN, h.Sum(nil), in.MacAlgorithm}, in.check()
}

func (s *Service) generateMac(ctx context.Context, in *macInput) (*macOutput, error) {
	return s.mac(ctx, in, "GenerateMac")
}

type verifyMacInput struct {
	macInput
	Mac []byte
}

type verifyMacOutput struct {
	KeyId        string
	MacAlgorithm string
	MacValid     bool
}

func (s *Service) verifyMac(ctx context.Context, in *verifyMacInput) (*verifyMacOutput, error) {
	out, err := s.mac(ctx, &in.macInput, "VerifyMac")
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(out.Mac, in.Mac) {
		return nil, errMac()
	}
	return &verifyMacOutput{out.KeyId, out.MacAlgorithm, true}, nil
}
