package emulator

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// try sends a request of a JSON protocol and returns the answer as it is.
func try(t *testing.T, aws server, name string, in any) answer {
	t.Helper()
	return rest(t, aws, "", "POST", "/", in, "X-Amz-Target", name)
}

// wantRefused checks an answer's error code and a part of its words.
func wantRefused(t *testing.T, a answer, code, words string) {
	t.Helper()
	if a.status != 400 || a.code() != code || !strings.Contains(string(a.body), words) {
		t.Fatalf("got %d %s %s, want %s with %q", a.status, a.code(), a.body, code, words)
	}
}

type object = map[string]any

func createKey(t *testing.T, aws server, in object) (id string) {
	t.Helper()
	var out struct {
		KeyMetadata struct{ KeyId, Arn string }
	}
	target(t, aws, "TrentService.CreateKey", in, &out)
	return out.KeyMetadata.KeyId
}

func TestAKeySignsAndItsPublicKeyVerifies(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	message := []byte("a token's header and claims")
	for spec, algorithms := range map[string][]string{
		"ECC_NIST_P256": {"ECDSA_SHA_256"}, "ECC_NIST_P384": {"ECDSA_SHA_384"}, "ECC_NIST_P521": {"ECDSA_SHA_512"}, "ECC_NIST_EDWARDS25519": {"ED25519_SHA_512"},
		"RSA_2048": {"RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512"},
	} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()
			key := createKey(t, aws, object{"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"})
			for _, algorithm := range algorithms {
				var signed struct{ Signature []byte }
				target(t, aws, "TrentService.Sign", object{"KeyId": key, "Message": message, "MessageType": "RAW", "SigningAlgorithm": algorithm}, &signed)
				in := object{"KeyId": key, "Message": message, "Signature": signed.Signature, "SigningAlgorithm": algorithm}
				target(t, aws, "TrentService.Verify", in, nil)
				in["Message"] = []byte("another message")
				wantRefused(t, try(t, aws, "TrentService.Verify", in), "KMSInvalidSignatureException", "")
			}
		})
	}
	t.Run("outside of KMS", func(t *testing.T) {
		t.Parallel()
		key := createKey(t, aws, object{"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"})
		digest := sha256.Sum256(message)
		var signed struct{ Signature []byte }
		target(t, aws, "TrentService.Sign", object{"KeyId": key, "Message": digest[:], "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}, &signed)
		var public struct{ PublicKey []byte }
		target(t, aws, "TrentService.GetPublicKey", object{"KeyId": key}, &public)
		parsed, err := x509.ParsePKIXPublicKey(public.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		if !ecdsa.VerifyASN1(parsed.(*ecdsa.PublicKey), digest[:], signed.Signature) {
			t.Fatal("the public key does not verify the signature")
		}
	})
}

func TestAKeyEncryptsUnderItsContext(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	key := createKey(t, aws, nil)
	other := createKey(t, aws, nil)
	var sealed struct{ CiphertextBlob []byte }
	target(t, aws, "TrentService.Encrypt", object{"KeyId": key, "Plaintext": []byte("secret"), "EncryptionContext": object{"a": "b"}}, &sealed)
	decrypt := func(in object) answer {
		in["CiphertextBlob"] = sealed.CiphertextBlob
		return try(t, aws, "TrentService.Decrypt", in)
	}
	var opened struct{ Plaintext []byte }
	decrypt(object{"EncryptionContext": object{"a": "b"}}).into(t, &opened)
	if string(opened.Plaintext) != "secret" {
		t.Fatalf("got %q", opened.Plaintext)
	}
	wantRefused(t, decrypt(object{}), "InvalidCiphertextException", "")
	wantRefused(t, decrypt(object{"EncryptionContext": object{"a": "b"}, "KeyId": other}), "IncorrectKeyException", "")
	wantRefused(t, try(t, aws, "TrentService.Decrypt", object{"CiphertextBlob": []byte("nonsense")}), "InvalidCiphertextException", "")
	wantRefused(t, try(t, aws, "TrentService.Encrypt", object{"KeyId": key, "Plaintext": make([]byte, 4097)}), "ValidationException", "plaintext")
	wantRefused(t, try(t, aws, "TrentService.Encrypt", object{"KeyId": key, "Plaintext": []byte("a"), "DryRun": true}), "DryRunOperationException", "would have succeeded")

	var moved struct{ CiphertextBlob []byte }
	target(t, aws, "TrentService.ReEncrypt", object{"CiphertextBlob": sealed.CiphertextBlob, "SourceEncryptionContext": object{"a": "b"}, "DestinationKeyId": other}, &moved)
	target(t, aws, "TrentService.Decrypt", object{"CiphertextBlob": moved.CiphertextBlob, "KeyId": other}, &opened)
	if string(opened.Plaintext) != "secret" {
		t.Fatalf("after ReEncrypt: %q", opened.Plaintext)
	}

	var data struct{ CiphertextBlob, Plaintext []byte }
	target(t, aws, "TrentService.GenerateDataKey", object{"KeyId": key, "KeySpec": "AES_256"}, &data)
	target(t, aws, "TrentService.Decrypt", object{"CiphertextBlob": data.CiphertextBlob}, &opened)
	if len(data.Plaintext) != 32 || !bytes.Equal(data.Plaintext, opened.Plaintext) {
		t.Fatal("the data key is not what its ciphertext holds")
	}

	rsa := createKey(t, aws, object{"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"})
	target(t, aws, "TrentService.Encrypt", object{"KeyId": rsa, "Plaintext": []byte("secret"), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}, &sealed)
	target(t, aws, "TrentService.Decrypt", object{"KeyId": rsa, "CiphertextBlob": sealed.CiphertextBlob, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}, &opened)
	if string(opened.Plaintext) != "secret" {
		t.Fatalf("under RSA: %q", opened.Plaintext)
	}
}

func TestAMacIsVerified(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	key := createKey(t, aws, object{"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"})
	in := object{"KeyId": key, "Message": []byte("m"), "MacAlgorithm": "HMAC_SHA_256"}
	var out struct{ Mac []byte }
	target(t, aws, "TrentService.GenerateMac", in, &out)
	in["Mac"] = out.Mac
	target(t, aws, "TrentService.VerifyMac", in, nil)
	in["Mac"] = []byte("other")
	wantRefused(t, try(t, aws, "TrentService.VerifyMac", in), "KMSInvalidMacException", "")
}

func TestWhatKeysAreNotFor(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	symmetric := createKey(t, aws, nil)
	signer := createKey(t, aws, object{"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"})
	cases := []struct {
		name, operation string
		in              object
		code, words     string
	}{
		{"no usage said", "CreateKey", object{"KeySpec": "ECC_NIST_P256"}, "ValidationException", "You must specify a KeyUsage"},
		{"a usage the spec does not have", "CreateKey", object{"KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT"}, "ValidationException", "not compatible with KeySpec"},
		{"a spec that is not built", "CreateKey", object{"KeySpec": "ECC_SECG_P256K1", "KeyUsage": "SIGN_VERIFY"}, "UnsupportedOperationException", "does not support the key spec ECC_SECG_P256K1"},
		{"multi-region", "CreateKey", object{"MultiRegion": true}, "UnsupportedOperationException", "multi-region"},
		{"a policy that is none", "CreateKey", object{"Policy": "{}"}, "MalformedPolicyDocumentException", ""},
		{"signing with a symmetric key", "Sign", object{"KeyId": symmetric, "Message": []byte("m"), "SigningAlgorithm": "ECDSA_SHA_256"}, "InvalidKeyUsageException", "key usage is ENCRYPT_DECRYPT which is not valid for Sign"},
		{"encrypting with a signer", "Encrypt", object{"KeyId": signer, "Plaintext": []byte("m")}, "InvalidKeyUsageException", "not valid for Encrypt"},
		{"an algorithm of another spec", "Sign", object{"KeyId": signer, "Message": []byte("m"), "SigningAlgorithm": "RSASSA_PSS_SHA_256"}, "InvalidKeyUsageException", "incompatible"},
		{"an algorithm there is not", "Sign", object{"KeyId": signer, "Message": []byte("m"), "SigningAlgorithm": "ROT13"}, "ValidationException", "enum value set"},
		{"a digest of the wrong length", "Sign", object{"KeyId": signer, "Message": []byte("m"), "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}, "ValidationException", "Digest is invalid length"},
		{"the public key of a symmetric key", "GetPublicKey", object{"KeyId": symmetric}, "UnsupportedOperationException", "GetPublicKey"},
		{"a key there is not", "DescribeKey", object{"KeyId": "nowhere"}, "NotFoundException", "Key 'arn:aws:kms:us-east-1:000000000000:key/nowhere' does not exist"},
		{"an alias there is not", "DescribeKey", object{"KeyId": "alias/nowhere"}, "NotFoundException", "Alias arn:aws:kms:us-east-1:000000000000:alias/nowhere is not found."},
		{"an alias of AWS's", "CreateAlias", object{"AliasName": "alias/aws/mine", "TargetKeyId": symmetric}, "NotAuthorizedException", ""},
		{"a data key of no size", "GenerateDataKey", object{"KeyId": symmetric}, "ValidationException", "either number of bytes or key spec"},
		{"grants", "Encrypt", object{"KeyId": symmetric, "Plaintext": []byte("a"), "GrantTokens": []string{"g"}}, "UnsupportedOperationException", "grants"},
		{"deletion tomorrow", "ScheduleKeyDeletion", object{"KeyId": symmetric, "PendingWindowInDays": 1}, "ValidationException", "between 7 and 30"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, try(t, aws, "TrentService."+c.operation, c.in), c.code, c.words)
		})
	}
}

func TestAKeyIsDisabledAndDeletedByTheClock(t *testing.T) {
	t.Parallel()
	at := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	aws := Start(t, WithClock(at))
	key := createKey(t, aws, nil)
	encrypt := object{"KeyId": key, "Plaintext": []byte("m")}
	target(t, aws, "TrentService.CreateAlias", object{"AliasName": "alias/mine", "TargetKeyId": key}, nil)
	target(t, aws, "TrentService.Encrypt", object{"KeyId": "alias/mine", "Plaintext": []byte("m")}, nil)
	wantRefused(t, try(t, aws, "TrentService.CreateAlias", object{"AliasName": "alias/mine", "TargetKeyId": key}), "AlreadyExistsException", "alias/mine already exists")

	target(t, aws, "TrentService.DisableKey", object{"KeyId": key}, nil)
	wantRefused(t, try(t, aws, "TrentService.Encrypt", encrypt), "DisabledException", "is disabled.")
	target(t, aws, "TrentService.EnableKey", object{"KeyId": key}, nil)

	target(t, aws, "TrentService.ScheduleKeyDeletion", object{"KeyId": key, "PendingWindowInDays": 7}, nil)
	wantRefused(t, try(t, aws, "TrentService.Encrypt", encrypt), "KMSInvalidStateException", "is pending deletion.")
	target(t, aws, "TrentService.CancelKeyDeletion", object{"KeyId": key}, nil)
	target(t, aws, "TrentService.EnableKey", object{"KeyId": key}, nil)
	target(t, aws, "TrentService.Encrypt", encrypt, nil)

	target(t, aws, "TrentService.ScheduleKeyDeletion", object{"KeyId": key, "PendingWindowInDays": 7}, nil)
	at.Advance(7*24*time.Hour - time.Second)
	target(t, aws, "TrentService.DescribeKey", object{"KeyId": key}, nil)
	at.Advance(time.Second)
	wantRefused(t, try(t, aws, "TrentService.DescribeKey", object{"KeyId": key}), "NotFoundException", "")
}

// What small services keep is there after a restart and in a copy.
func TestKeysParametersSecretsAndTopicsSurvive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	key := createKey(t, aws, nil)
	var sealed struct{ CiphertextBlob []byte }
	target(t, aws, "TrentService.Encrypt", object{"KeyId": key, "Plaintext": []byte("secret")}, &sealed)
	target(t, aws, "AmazonSSM.PutParameter", object{"Name": "/a/b", "Value": "hidden", "Type": "SecureString"}, nil)
	target(t, aws, "secretsmanager.CreateSecret", object{"Name": "s", "SecretString": "hidden"}, nil)
	topic := createTopic(t, aws, "topic")
	createQueue(t, aws, "q", map[string]string{"Policy": queuePolicy})
	subscribe(t, aws, topic, queueARN("q"), map[string]string{"FilterPolicy": `{"kind":["a"]}`})
	snapshot, err := aws.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{"restart": {Dir: dir}, "copy": {Snapshot: snapshot}} {
		t.Run(name, func(t *testing.T) {
			aws, err := Open(o)
			if err != nil {
				t.Fatal(err)
			}
			defer aws.Close()
			var opened struct{ Plaintext []byte }
			target(t, aws, "TrentService.Decrypt", object{"CiphertextBlob": sealed.CiphertextBlob}, &opened)
			if string(opened.Plaintext) != "secret" {
				t.Fatalf("the key: %q", opened.Plaintext)
			}
			for operation, in := range map[string]object{"AmazonSSM.GetParameter": {"Name": "/a/b", "WithDecryption": true}, "secretsmanager.GetSecretValue": {"SecretId": "s"}} {
				if a := try(t, aws, operation, in); !strings.Contains(string(a.body), `"hidden"`) {
					t.Fatalf("%s: %s", operation, a.body)
				}
			}
			publishTo(t, aws, topic, "not for the queue", map[string]string{"kind": "b"})
			publishTo(t, aws, topic, "for the queue", map[string]string{"kind": "a"})
			if got := receive(t, aws, "q"); len(got) != 1 || !strings.Contains(got[0], "for the queue") {
				t.Fatalf("the subscription: %v", got)
			}
		})
	}
}

// queuePolicy lets every topic of the account send.
var queuePolicy = fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"%012d"}}}}`, 0)
