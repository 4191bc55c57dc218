package emulator

import (
	"context"
	"fmt"
	"time"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/s3"
)

// bucketDriver drives AWS::S3::Bucket.
type bucketDriver struct{ s3 *s3.Service }

// bucketProperties are a bucket's, in CloudFormation's spelling, which is not
// S3's.
type bucketProperties struct {
	BucketName                     string
	PublicAccessBlockConfiguration *struct{ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool }
	BucketEncryption               *struct {
		ServerSideEncryptionConfiguration []struct {
			BucketKeyEnabled              bool
			ServerSideEncryptionByDefault struct{ SSEAlgorithm, KMSMasterKeyID string }
		}
	}
	LifecycleConfiguration  *struct{ Rules []bucketRule }
	VersioningConfiguration *struct{ Status string }
	OwnershipControls       *struct {
		Rules []struct{ ObjectOwnership string }
	}
	CorsConfiguration *struct{ CorsRules []bucketCORS }
	Tags              []resourceTag
}

type bucketRule struct {
	Id                             string
	Status                         string
	Prefix                         *string
	ObjectSizeGreaterThan          *int64
	ObjectSizeLessThan             *int64
	ExpirationInDays               *int
	ExpirationDate                 *string
	ExpiredObjectDeleteMarker      *bool
	NoncurrentVersionExpiration    *struct{ NoncurrentDays, NewerNoncurrentVersions int }
	AbortIncompleteMultipartUpload *struct{ DaysAfterInitiation int }
}

type bucketCORS struct {
	Id             string
	AllowedOrigins []string
	AllowedMethods []string
	AllowedHeaders []string
	ExposedHeaders []string
	MaxAge         int
}

func (p *bucketProperties) settings() (s s3.Settings, err error) {
	if b := p.PublicAccessBlockConfiguration; b != nil {
		s.PublicAccessBlock = &s3.PublicAccessBlock{BlockPublicAcls: b.BlockPublicAcls, IgnorePublicAcls: b.IgnorePublicAcls, BlockPublicPolicy: b.BlockPublicPolicy, RestrictPublicBuckets: b.RestrictPublicBuckets}
	}
	if e := p.BucketEncryption; e != nil {
		s.Encryption = &s3.Encryption{}
		for _, r := range e.ServerSideEncryptionConfiguration {
			s.Encryption.Rules = append(s.Encryption.Rules, s3.EncryptionRule{Algorithm: r.ServerSideEncryptionByDefault.SSEAlgorithm, KMSMasterKeyID: r.ServerSideEncryptionByDefault.KMSMasterKeyID, BucketKeyEnabled: r.BucketKeyEnabled})
		}
	}
	if l := p.LifecycleConfiguration; l != nil {
		s.Lifecycle = &s3.Lifecycle{}
		for _, r := range l.Rules {
			rule, err := r.rule()
			if err != nil {
				return s, err
			}
			s.Lifecycle.Rules = append(s.Lifecycle.Rules, rule)
		}
	}
	if p.VersioningConfiguration != nil {
		s.Versioning = p.VersioningConfiguration.Status
	}
	if o := p.OwnershipControls; o != nil {
		if len(o.Rules) != 1 {
			return s, fmt.Errorf("#/OwnershipControls/Rules: expected one rule, found: %d", len(o.Rules))
		}
		s.Ownership = &s3.Ownership{Rule: o.Rules[0].ObjectOwnership}
	}
	if c := p.CorsConfiguration; c != nil {
		s.CORS = &s3.CORS{}
		for _, r := range c.CorsRules {
			s.CORS.Rules = append(s.CORS.Rules, s3.CORSRule{ID: r.Id, AllowedOrigins: r.AllowedOrigins, AllowedMethods: r.AllowedMethods, AllowedHeaders: r.AllowedHeaders, ExposeHeaders: r.ExposedHeaders, MaxAgeSeconds: r.MaxAge})
		}
	}
	if len(p.Tags) > 0 {
		s.Tags = tagMap(p.Tags)
	}
	return s, nil
}

func (r *bucketRule) rule() (s3.LifecycleRule, error) {
	out := s3.LifecycleRule{ID: r.Id, Status: r.Status}
	filter := &s3.LifecycleFilter{ObjectSizeGreaterThan: r.ObjectSizeGreaterThan, ObjectSizeLessThan: r.ObjectSizeLessThan}
	if r.Prefix != nil {
		filter.Prefix = *r.Prefix
	}
	if r.ObjectSizeGreaterThan != nil || r.ObjectSizeLessThan != nil { // several terms stand in an And
		filter = &s3.LifecycleFilter{And: &s3.FilterTerms{Prefix: filter.Prefix, ObjectSizeGreaterThan: r.ObjectSizeGreaterThan, ObjectSizeLessThan: r.ObjectSizeLessThan}}
	}
	out.Filter = filter
	if r.ExpirationInDays != nil || r.ExpirationDate != nil || r.ExpiredObjectDeleteMarker != nil {
		out.Expiration = &s3.LifecycleExpiration{}
		if r.ExpirationInDays != nil {
			out.Expiration.Days = *r.ExpirationInDays
		}
		if r.ExpiredObjectDeleteMarker != nil {
			out.Expiration.ExpiredObjectDeleteMarker = *r.ExpiredObjectDeleteMarker
		}
		if r.ExpirationDate != nil {
			date, err := time.Parse(time.RFC3339, *r.ExpirationDate)
			if err != nil {
				return out, fmt.Errorf("#/LifecycleConfiguration/Rules/ExpirationDate: expected an ISO 8601 date: %w", err)
			}
			out.Expiration.Date = &date
		}
	}
	if n := r.NoncurrentVersionExpiration; n != nil {
		out.NoncurrentVersionExpiration = &s3.NoncurrentExpiration{NoncurrentDays: n.NoncurrentDays, NewerNoncurrentVersions: n.NewerNoncurrentVersions}
	}
	if abort := r.AbortIncompleteMultipartUpload; abort != nil {
		out.AbortIncompleteMultipartUpload = &s3.AbortIncomplete{DaysAfterInitiation: abort.DaysAfterInitiation}
	}
	return out, nil
}

func (d bucketDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	settings, err := decodeBucket(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeBucket(ctx, name), d.s3.CreateBucket(ctx, name, settings)
}

func decodeBucket(properties map[string]any) (s3.Settings, error) {
	var p bucketProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return s3.Settings{}, err
	}
	return p.settings()
}

func madeBucket(ctx context.Context, name string) cloudformation.Made {
	region := wire.IdentityFrom(ctx).Region
	return cloudformation.Made{ID: name, Attributes: map[string]string{
		"Arn": "arn:aws:s3:::" + name, "DomainName": name + ".s3.amazonaws.com", "RegionalDomainName": name + ".s3." + region + ".amazonaws.com",
	}}
}

func (d bucketDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	settings, err := decodeBucket(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeBucket(ctx, id), d.s3.Configure(id, func(s *s3.Settings) error {
		if settings.Versioning == "" && s.Versioning != "" {
			settings.Versioning = "Suspended" // it cannot be undone
		}
		settings.Notification = s.Notification // not a property these templates have
		*s = settings
		return nil
	})
}

func (d bucketDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.s3.DeleteBucket(ctx, id), "NoSuchBucket")
}
