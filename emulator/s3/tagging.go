package s3

import (
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const (
	maxObjectTags = 10
	maxBucketTags = 50
)

type tag struct{ Key, Value string }

type tagging struct {
	XMLName xml.Name `xml:"Tagging"`
	Tags    []tag    `xml:"TagSet>Tag"`
	Unknown unknown  `xml:",any"`
}

type taggingOutput struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Tagging"`
	TagSet  struct{ Tag []tag }
}

func newTagging(tags map[string]string) (out taggingOutput) {
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out.TagSet.Tag = append(out.TagSet.Tag, tag{key, tags[key]})
	}
	return out
}

func tagMap(list []tag) (map[string]string, error) {
	tags := map[string]string{}
	for _, t := range list {
		if _, twice := tags[t.Key]; twice {
			return nil, errTag("Cannot provide multiple Tags with the same key")
		}
		tags[t.Key] = t.Value
	}
	return tags, nil
}

// parseTagHeader reads x-amz-tagging: key=value&…, URL-encoded.
func parseTagHeader(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, errArgument("x-amz-tagging", text, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
	}
	tags := map[string]string{}
	for key, list := range values {
		if len(list) > 1 {
			return nil, errArgument("x-amz-tagging", text, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
		}
		tags[key] = list[0]
	}
	return tags, checkTags(tags, maxObjectTags)
}

func checkTags(tags map[string]string, most int) error {
	if len(tags) > most {
		return wire.Errorf(400, "BadRequest", "Object tags cannot be greater than %d", most)
	}
	for key, value := range tags {
		if n := len([]rune(key)); n < 1 || n > 128 {
			return errTag("The TagKey you have provided is invalid")
		}
		if len([]rune(value)) > 256 {
			return errTag("The TagValue you have provided is invalid")
		}
	}
	return nil
}

func (s *Service) getObjectTagging(c *call) error {
	var out taggingOutput
	err := s.onVersion(c, func(_ *tx, v *version) { out = newTagging(v.Tags) })
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

func (s *Service) putObjectTagging(c *call) error {
	var in tagging
	if err := decode(c.r, &in); err != nil {
		return err
	}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return err
	}
	if err := checkTags(tags, maxObjectTags); err != nil {
		return err
	}
	return s.onVersion(c, func(t *tx, v *version) { v.Tags = tags; t.putVersion(v) })
}

func (s *Service) deleteObjectTagging(c *call) error {
	if err := s.onVersion(c, func(t *tx, v *version) { v.Tags = nil; t.putVersion(v) }); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// onVersion runs f on the version the request names and says which it was.
func (s *Service) onVersion(c *call, f func(*tx, *version)) error {
	return s.inBucket(c.bucket, func(t *tx, b *bucket) error {
		v, err := b.find(c.key, c.query.Get("versionId"))
		if err != nil {
			return err
		}
		if v.Marker {
			return errMethod(c.r.Method)
		}
		f(t, v)
		if v.ID != nullVersion {
			c.w.Header().Set("X-Amz-Version-Id", v.ID)
		}
		return nil
	})
}

func (s *Service) getBucketTagging(c *call) error {
	return s.setting(c, "NoSuchTagSet", "The TagSet does not exist", func(b *bucket) any {
		if len(b.Settings.Tags) == 0 {
			return (*taggingOutput)(nil)
		}
		out := newTagging(b.Settings.Tags)
		return &out
	})
}

func (s *Service) putBucketTagging(c *call) error {
	var in tagging
	if err := decode(c.r, &in); err != nil {
		return err
	}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return err
	}
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.Tags = tags; return nil })
}

func (s *Service) deleteBucketTagging(c *call) error {
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.Tags = nil; return nil })
}
