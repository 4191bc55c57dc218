package conformance

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// cleanup is a context for what is done when the test's own has ended.
func cleanup(t *testing.T) context.Context { return context.WithoutCancel(t.Context()) }

func TestSSMAParameterHasVersionsAndALabel(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "a secure parameter is told as its key and its text")
	client := ssm.NewFromConfig(config(t))
	path := "/conformance-" + stamp()
	name := aws.String(path + "/password")
	for _, value := range []string{"one", "two"} {
		_, err := client.PutParameter(t.Context(), &ssm.PutParameterInput{Name: name, Value: aws.String(value), Type: types.ParameterTypeSecureString, Overwrite: aws.Bool(true)})
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		_, err := client.DeleteParameter(cleanup(t), &ssm.DeleteParameterInput{Name: name})
		require.NoError(t, err)
	})
	_, err := client.LabelParameterVersion(t.Context(), &ssm.LabelParameterVersionInput{Name: name, ParameterVersion: aws.Int64(1), Labels: []string{"old"}})
	require.NoError(t, err)
	for of, want := range map[string]string{*name: "two", *name + ":1": "one", *name + ":old": "one"} {
		out, err := client.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String(of), WithDecryption: aws.Bool(true)})
		require.NoError(t, err, of)
		require.Equal(t, want, *out.Parameter.Value, of)
	}
	sealed, err := client.GetParameter(t.Context(), &ssm.GetParameterInput{Name: name})
	require.NoError(t, err)
	require.NotContains(t, *sealed.Parameter.Value, "two")
	below, err := client.GetParametersByPath(t.Context(), &ssm.GetParametersByPathInput{Path: aws.String(path), WithDecryption: aws.Bool(true)})
	require.NoError(t, err)
	require.Len(t, below.Parameters, 1)
	_, err = client.PutParameter(t.Context(), &ssm.PutParameterInput{Name: name, Value: aws.String("three"), Type: types.ParameterTypeSecureString})
	require.ErrorAs(t, err, new(*types.ParameterAlreadyExists))
	_, err = client.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String(path + "/none")})
	require.ErrorAs(t, err, new(*types.ParameterNotFound))
}

func TestSecretsTheOldValueIsPreviousAndADeletedSecretComesBack(t *testing.T) {
	t.Parallel()
	client := secretsmanager.NewFromConfig(config(t))
	name := aws.String("conformance-" + stamp())
	_, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: name, SecretString: aws.String("one")})
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := client.DeleteSecret(cleanup(t), &secretsmanager.DeleteSecretInput{SecretId: name, ForceDeleteWithoutRecovery: aws.Bool(true)})
		require.NoError(t, err)
	})
	_, err = client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: name, SecretString: aws.String("two")})
	require.NoError(t, err)
	for stage, want := range map[string]string{"AWSCURRENT": "two", "AWSPREVIOUS": "one"} {
		out, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: name, VersionStage: aws.String(stage)})
		require.NoError(t, err, stage)
		require.Equal(t, want, *out.SecretString, stage)
	}
	_, err = client.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: name, RecoveryWindowInDays: aws.Int64(7)})
	require.NoError(t, err)
	_, err = client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: name})
	require.ErrorAs(t, err, new(*smtypes.InvalidRequestException))
	_, err = client.RestoreSecret(t.Context(), &secretsmanager.RestoreSecretInput{SecretId: name})
	require.NoError(t, err)
	_, err = client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: name})
	require.NoError(t, err)
	_, err = client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("conformance-none")})
	require.ErrorAs(t, err, new(*smtypes.ResourceNotFoundException))
}
