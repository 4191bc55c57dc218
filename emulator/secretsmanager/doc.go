// Package secretsmanager keeps secrets: their versions and staging labels
// (AWSCURRENT, AWSPREVIOUS and one's own), deletion with a recovery window by
// the emulator's clock, restoring, filters, tags, policies and random
// passwords. Values are encrypted under a key of KMS.
//
// Not built and refused by name: rotation (RotateSecret), replicas, and
// managed external secrets.
//
// Sources: Secrets Manager API Reference (2017-10-17); Secrets Manager User
// Guide, "What's in a Secrets Manager secret".
package secretsmanager
