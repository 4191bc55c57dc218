package kms

import (
	"context"
)

type dataKeyInput struct {
	options
	KeyId             string
	KeySpec           string
	NumberOfBytes     *int
	EncryptionContext map[string]string
}

type dataKeyOutput struct {
	CiphertextBlob []byte
	Plaintext      []byte
	KeyId          string
}

type wrappedKeyOutput struct {
	CiphertextBlob []byte
	KeyId          string
}

// size is how many bytes a data key has: KeySpec or NumberOfBytes says so.
func (in *dataKeyInput) size() (int, error) {
	switch {
	case (in.KeySpec == "") == (in.NumberOfBytes == nil):
		return 0, errValidation("Please specify either number of bytes or key spec.")
	case in.KeySpec == "AES_256":
		return 32, nil
	case in.KeySpec == "AES_128":
		return 16, nil
	case in.KeySpec != "":
		return 0, errMember(in.KeySpec, "keySpec", "Member must satisfy enum value set: [AES_256, AES_128]")
	}
	return *in.NumberOfBytes, checkBytes(*in.NumberOfBytes)
}

func checkBytes(n int) error {
	if n < 1 || n > 1024 {
		return errMember(n, "numberOfBytes", "Member must have value between 1 and 1024")
	}
	return nil
}

func (s *Service) generateDataKey(ctx context.Context, in *dataKeyInput) (*dataKeyOutput, error) {
	k, err := s.usable(ctx, in.KeyId, encrypting, "GenerateDataKey")
	if err != nil {
		return nil, err
	}
	if k.Spec != symmetric {
		return nil, errUsage(k, "GenerateDataKey")
	}
	n, err := in.size()
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	plaintext, err := random(n)()
	if err != nil {
		return nil, err
	}
	blob, err := seal(k, plaintext, in.EncryptionContext)
	return &dataKeyOutput{blob, plaintext, k.ARN}, err
}

func (s *Service) generateDataKeyWithoutPlaintext(ctx context.Context, in *dataKeyInput) (*wrappedKeyOutput, error) {
	out, err := s.generateDataKey(ctx, in)
	if err != nil {
		return nil, err
	}
	return &wrappedKeyOutput{out.CiphertextBlob, out.KeyId}, nil
}

type randomOutput struct{ Plaintext []byte }

func (s *Service) generateRandom(_ context.Context, in *struct{ NumberOfBytes int }) (*randomOutput, error) {
	if err := checkBytes(in.NumberOfBytes); err != nil {
		return nil, err
	}
	b, err := random(in.NumberOfBytes)()
	return &randomOutput{b}, err
}
