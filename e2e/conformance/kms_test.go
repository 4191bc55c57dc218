package conformance

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/stretchr/testify/require"
)

// newKey makes a key that is scheduled for deletion with the test.
func newKey(t *testing.T, in *kms.CreateKeyInput) (*kms.Client, *string) {
	t.Helper()
	client := kms.NewFromConfig(config(t))
	out, err := client.CreateKey(t.Context(), in)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := client.ScheduleKeyDeletion(cleanup(t), &kms.ScheduleKeyDeletionInput{KeyId: out.KeyMetadata.KeyId, PendingWindowInDays: aws.Int32(7)})
		require.NoError(t, err)
	})
	return client, out.KeyMetadata.KeyId
}

func TestKMSASignatureIsVerifiedWithThePublicKey(t *testing.T) {
	t.Parallel()
	client, key := newKey(t, &kms.CreateKeyInput{KeySpec: types.KeySpecEccNistP256, KeyUsage: types.KeyUsageTypeSignVerify})
	digest := sha256.Sum256([]byte("a message"))
	signed, err := client.Sign(t.Context(), &kms.SignInput{KeyId: key, Message: digest[:], MessageType: types.MessageTypeDigest, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256})
	require.NoError(t, err)
	public, err := client.GetPublicKey(t.Context(), &kms.GetPublicKeyInput{KeyId: key})
	require.NoError(t, err)
	parsed, err := x509.ParsePKIXPublicKey(public.PublicKey)
	require.NoError(t, err)
	require.True(t, ecdsa.VerifyASN1(parsed.(*ecdsa.PublicKey), digest[:], signed.Signature))
	verified, err := client.Verify(t.Context(), &kms.VerifyInput{KeyId: key, Message: digest[:], MessageType: types.MessageTypeDigest, Signature: signed.Signature, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256})
	require.NoError(t, err)
	require.True(t, verified.SignatureValid)
	other := sha256.Sum256([]byte("another message"))
	_, err = client.Verify(t.Context(), &kms.VerifyInput{KeyId: key, Message: other[:], MessageType: types.MessageTypeDigest, Signature: signed.Signature, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256})
	require.ErrorAs(t, err, new(*types.KMSInvalidSignatureException))
}

func TestKMSACiphertextOpensUnderItsContextOnly(t *testing.T) {
	t.Parallel()
	client, key := newKey(t, &kms.CreateKeyInput{})
	within := map[string]string{"tenant": "a"}
	sealed, err := client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: key, Plaintext: []byte("secret"), EncryptionContext: within})
	require.NoError(t, err)
	opened, err := client.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: within})
	require.NoError(t, err)
	require.Equal(t, "secret", string(opened.Plaintext))
	_, err = client.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	require.ErrorAs(t, err, new(*types.InvalidCiphertextException))
	_, err = client.DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: key})
	require.NoError(t, err)
	_, err = client.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: within})
	require.ErrorAs(t, err, new(*types.DisabledException))
}
