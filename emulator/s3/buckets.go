package s3

import (
	"cmp"
	"context"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const (
	xmlns   = "http://s3.amazonaws.com/doc/2006-03-01/"
	xmlTime = "2006-01-02T15:04:05.000Z"
)

type owner struct {
	ID string
}

type listBucketsOutput struct {
	XMLName           xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	Owner             owner
	Buckets           []bucketOutput `xml:"Buckets>Bucket"`
	ContinuationToken string         `xml:",omitempty"`
	Prefix            string         `xml:",omitempty"`
}

type bucketOutput struct {
	Name         string
	CreationDate string
	BucketRegion string
}

func (s *Service) listBuckets(c *call) error {
	id := wire.IdentityFrom(c.r.Context())
	limit, err := limitOf(c.query.Get("max-buckets"), "max-buckets", 10_000)
	if err != nil {
		return err
	}
	out := listBucketsOutput{Owner: owner{id.Account}, Prefix: c.query.Get("prefix")}
	s.mu.Lock()
	for _, b := range s.buckets {
		if b.Account == id.Account && strings.HasPrefix(b.Name, out.Prefix) && b.Name > c.query.Get("continuation-token") {
			out.Buckets = append(out.Buckets, bucketOutput{b.Name, b.Created.Format(xmlTime), b.Region})
		}
	}
	s.mu.Unlock()
	slices.SortFunc(out.Buckets, func(a, b bucketOutput) int { return cmp.Compare(a.Name, b.Name) })
	if len(out.Buckets) > limit {
		out.Buckets = out.Buckets[:limit]
		out.ContinuationToken = out.Buckets[limit-1].Name
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

// limitOf reads a page size; empty is 1,000, and more than most is most.
func limitOf(text, name string, most int) (int, error) {
	if text == "" {
		return min(1000, most), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, errArgument(name, text, "Argument %s must be an integer between 0 and 2147483647", name)
	}
	return min(n, most), nil
}

func (s *Service) createBucket(c *call) error {
	var in struct {
		XMLName  xml.Name `xml:"CreateBucketConfiguration"`
		Location string   `xml:"LocationConstraint"`
		Tags     []tag    `xml:"Tags>Tag"`
		Unknown  unknown  `xml:",any"`
	}
	if c.r.ContentLength != 0 {
		if err := decode(c.r, &in); err != nil {
			return err
		}
	}
	if c.r.Header.Get("X-Amz-Object-Ownership") != "" && c.r.Header.Get("X-Amz-Object-Ownership") != "BucketOwnerEnforced" {
		return errUnbuilt("object ownership other than BucketOwnerEnforced")
	}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return err
	}
	region := cmp.Or(in.Location, wire.IdentityFrom(c.r.Context()).Region)
	if err := s.create(c.r.Context(), c.bucket, region, Settings{Tags: tags}); err != nil {
		return err
	}
	c.w.Header().Set("Location", "/"+c.bucket)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// create makes a bucket. Names are unique over all accounts. Errors:
// InvalidBucketName, BucketAlreadyOwnedByYou (also in us-east-1, where AWS
// answers success for its oldest clients' sake), BucketAlreadyExists.
func (s *Service) create(ctx context.Context, name, region string, settings Settings) error {
	if err := checkBucketName(name); err != nil {
		return err
	}
	if err := s.check(&settings); err != nil {
		return err
	}
	account := wire.IdentityFrom(ctx).Account
	return s.change(func(t *tx) error {
		if b, ok := s.buckets[name]; ok {
			if b.Account != account {
				return errWith(wire.Errorf(409, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again."), map[string]any{"BucketName": name})
			}
			return errBucketOwned(name)
		}
		b := newBucket(name, region, account, t.now)
		b.Settings = settings
		s.buckets[name] = b
		t.putBucket(b)
		s.scheduleSweep(t.now)
		return nil
	})
}

func (s *Service) headBucket(c *call) error {
	return s.inBucket(c.bucket, func(_ *tx, b *bucket) error {
		c.w.Header().Set("X-Amz-Bucket-Region", b.Region)
		return nil
	})
}

func (s *Service) getBucketLocation(c *call) error {
	region := ""
	if err := s.inBucket(c.bucket, func(_ *tx, b *bucket) error { region = b.Region; return nil }); err != nil {
		return err
	}
	if region == "us-east-1" {
		region = ""
	}
	return wire.WriteXML(c.w, http.StatusOK, struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
		Region  string   `xml:",chardata"`
	}{Region: region})
}

func (s *Service) deleteBucket(c *call) error {
	if err := s.DeleteBucket(c.r.Context(), c.bucket); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// Configure changes a bucket's settings: f gets a copy, and what it leaves is
// checked and kept. Errors: NoSuchBucket, and those of the settings.
func (s *Service) Configure(name string, f func(*Settings) error) error {
	return s.inBucket(name, func(t *tx, b *bucket) error {
		next := b.Settings
		if err := f(&next); err != nil {
			return err
		}
		if err := s.check(&next); err != nil {
			return err
		}
		if b.Settings.Versioning != "" && next.Versioning == "" {
			next.Versioning = "Suspended" // versioning cannot be unset again
		}
		b.Settings = next
		t.putBucket(b)
		s.scheduleSweep(t.now)
		return nil
	})
}

// httpTime formats for headers.
func httpTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }
