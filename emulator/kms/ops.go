package kms

import "github.com/anikeshk/cumin/emulator/internal/wire"

// ops is the support matrix.
func (s *Service) ops() wire.Ops {
	return wire.Ops{
		"CreateKey":                       wire.Op(s.createKey),
		"DescribeKey":                     wire.Op(s.describeKey),
		"ListKeys":                        wire.Op(s.listKeys),
		"EnableKey":                       wire.Op(s.enableKey),
		"DisableKey":                      wire.Op(s.disableKey),
		"UpdateKeyDescription":            wire.Op(s.updateKeyDescription),
		"ScheduleKeyDeletion":             wire.Op(s.scheduleKeyDeletion),
		"CancelKeyDeletion":               wire.Op(s.cancelKeyDeletion),
		"EnableKeyRotation":               wire.Op(s.enableKeyRotation),
		"DisableKeyRotation":              wire.Op(s.disableKeyRotation),
		"GetKeyRotationStatus":            wire.Op(s.getKeyRotationStatus),
		"GetPublicKey":                    wire.Op(s.getPublicKey),
		"Sign":                            wire.Op(s.sign),
		"Verify":                          wire.Op(s.verify),
		"Encrypt":                         wire.Op(s.encrypt),
		"Decrypt":                         wire.Op(s.decrypt),
		"ReEncrypt":                       wire.Op(s.reEncrypt),
		"GenerateDataKey":                 wire.Op(s.generateDataKey),
		"GenerateDataKeyWithoutPlaintext": wire.Op(s.generateDataKeyWithoutPlaintext),
		"GenerateRandom":                  wire.Op(s.generateRandom),
		"GenerateMac":                     wire.Op(s.generateMac),
		"VerifyMac":                       wire.Op(s.verifyMac),
		"CreateAlias":                     wire.Op(s.createAlias),
		"UpdateAlias":                     wire.Op(s.updateAlias),
		"DeleteAlias":                     wire.Op(s.deleteAlias),
		"ListAliases":                     wire.Op(s.listAliases),
		"PutKeyPolicy":                    wire.Op(s.putKeyPolicy),
		"GetKeyPolicy":                    wire.Op(s.getKeyPolicy),
		"ListKeyPolicies":                 wire.Op(s.listKeyPolicies),
		"TagResource":                     wire.Op(s.tagResource),
		"UntagResource":                   wire.Op(s.untagResource),
		"ListResourceTags":                wire.Op(s.listResourceTags),
	}
}
