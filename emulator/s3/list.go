package s3

import (
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// listing is what the three object listings have in common.
type listing struct {
	prefix    string
	delimiter string
	after     string // list only what is behind this key or common prefix
	limit     int
	encode    func(string) string
}

func (c *call) listing(after string) (listing, error) {
	l := listing{prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter"), after: after, encode: func(s string) string { return s }}
	switch c.query.Get("encoding-type") {
	case "":
	case "url":
		l.encode = func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }
	default:
		return l, errArgument("encoding-type", c.query.Get("encoding-type"), "Invalid Encoding Method specified in Request")
	}
	var err error
	l.limit, err = limitOf(c.query.Get("max-keys"), "max-keys", 1000)
	return l, err
}

// entry is a line of a listing: an object, or a common prefix.
type entry struct {
	name   string
	object *object // nil: a common prefix
}

// walk lists entries in key order; more says that it stopped at the limit. A
// common prefix is skipped over, however many keys are under it. keep says
// whether an object is listed at all.
func (b *bucket) walk(l listing, keep func(*object) bool) (entries []entry, more bool) {
	if l.limit == 0 {
		return nil, false
	}
	pivot := max(l.prefix, l.after)
	for {
		next := ""
		b.objects.Ascend(pivot, func(key string, o *object) bool {
			if !strings.HasPrefix(key, l.prefix) {
				return false
			}
			common, grouped := l.group(key)
			listed := grouped && (common == l.after || len(entries) > 0 && entries[len(entries)-1].name == common)
			behind := key > l.after && !listed
			if behind && keep(o) {
				if len(entries) == l.limit {
					more = true
					return false
				}
				if !grouped {
					entries = append(entries, entry{key, o})
					return true
				}
				entries = append(entries, entry{name: common})
			}
			if listed { // skip what else is under it
				next = afterPrefix(common)
				return false
			}
			return true
		})
		if next == "" {
			return entries, more
		}
		pivot = next
	}
}

func (l listing) group(key string) (common string, grouped bool) {
	if l.delimiter == "" {
		return "", false
	}
	i := strings.Index(key[len(l.prefix):], l.delimiter)
	if i < 0 {
		return "", false
	}
	return key[:len(l.prefix)+i+len(l.delimiter)], true
}

// afterPrefix is the first string behind all that begin with prefix; empty when
// there is none.
func afterPrefix(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xFF {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}

func live(o *object) bool { return !o.current().Marker }

type objectOutput struct {
	Key               string
	LastModified      string
	ETag              string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
	Size              int64
	StorageClass      string
	Owner             *owner `xml:",omitempty"`
}

type prefixOutput struct{ Prefix string }

func (s *Service) list(c *call, l listing, own bool) (objects []objectOutput, prefixes []prefixOutput, last string, more bool, err error) {
	err = s.inBucket(c.bucket, func(_ *tx, b *bucket) error {
		var entries []entry
		entries, more = b.walk(l, live)
		for _, e := range entries {
			last = e.name
			if e.object == nil {
				prefixes = append(prefixes, prefixOutput{l.encode(e.name)})
				continue
			}
			v := e.object.current()
			out := objectOutput{
				Key: l.encode(v.Key), LastModified: v.Modified.Format(xmlTime), ETag: `"` + v.ETag + `"`, Size: v.Size,
				ChecksumAlgorithm: v.Checksum.Algorithm, ChecksumType: v.Checksum.Type, StorageClass: "STANDARD",
			}
			if own {
				out.Owner = &owner{b.Account}
			}
			objects = append(objects, out)
		}
		return nil
	})
	return objects, prefixes, last, more, err
}

func (s *Service) listObjectsV2(c *call) error {
	token, startAfter := c.query.Get("continuation-token"), c.query.Get("start-after")
	after := startAfter
	if token != "" {
		b, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			return errArgument("continuation-token", token, "The continuation token provided is incorrect")
		}
		after = string(b)
	}
	l, err := c.listing(after)
	if err != nil {
		return err
	}
	objects, prefixes, last, more, err := s.list(c, l, c.query.Get("fetch-owner") == "true")
	if err != nil {
		return err
	}
	out := struct {
		XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
		Name                  string
		Prefix                string
		Delimiter             string `xml:",omitempty"`
		StartAfter            string `xml:",omitempty"`
		ContinuationToken     string `xml:",omitempty"`
		NextContinuationToken string `xml:",omitempty"`
		EncodingType          string `xml:",omitempty"`
		KeyCount              int
		MaxKeys               int
		IsTruncated           bool
		Contents              []objectOutput
		CommonPrefixes        []prefixOutput
	}{
		Name: c.bucket, Prefix: l.encode(l.prefix), Delimiter: l.encode(l.delimiter), StartAfter: l.encode(startAfter), ContinuationToken: token,
		EncodingType: c.query.Get("encoding-type"), KeyCount: len(objects) + len(prefixes), MaxKeys: l.limit, IsTruncated: more, Contents: objects, CommonPrefixes: prefixes,
	}
	if more {
		out.NextContinuationToken = base64.StdEncoding.EncodeToString([]byte(last))
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

func (s *Service) listObjects(c *call) error {
	l, err := c.listing(c.query.Get("marker"))
	if err != nil {
		return err
	}
	objects, prefixes, last, more, err := s.list(c, l, true)
	if err != nil {
		return err
	}
	out := struct {
		XMLName        xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
		Name           string
		Prefix         string
		Marker         string
		NextMarker     string `xml:",omitempty"`
		Delimiter      string `xml:",omitempty"`
		EncodingType   string `xml:",omitempty"`
		MaxKeys        int
		IsTruncated    bool
		Contents       []objectOutput
		CommonPrefixes []prefixOutput
	}{
		Name: c.bucket, Prefix: l.encode(l.prefix), Marker: l.encode(l.after), Delimiter: l.encode(l.delimiter),
		EncodingType: c.query.Get("encoding-type"), MaxKeys: l.limit, IsTruncated: more, Contents: objects, CommonPrefixes: prefixes,
	}
	if more && l.delimiter != "" {
		out.NextMarker = l.encode(last)
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

type versionOutput struct {
	Key          string
	VersionId    string
	IsLatest     bool
	LastModified string
	ETag         string `xml:",omitempty"`
	Size         *int64 `xml:",omitempty"`
	StorageClass string `xml:",omitempty"`
	Owner        owner
	marker       bool
}

// MarshalXML names the element by what it is; both kinds are in one list, in
// the order of their keys.
func (v versionOutput) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	start.Name.Local = "Version"
	if v.marker {
		start.Name.Local = "DeleteMarker"
	}
	type plain versionOutput
	return e.EncodeElement(plain(v), start)
}

func (s *Service) listObjectVersions(c *call) error {
	keyMarker, idMarker := c.query.Get("key-marker"), c.query.Get("version-id-marker")
	l, err := c.listing(keyMarker)
	if err != nil {
		return err
	}
	out := struct {
		XMLName             xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListVersionsResult"`
		Name                string
		Prefix              string
		KeyMarker           string
		VersionIdMarker     string
		NextKeyMarker       string `xml:",omitempty"`
		NextVersionIdMarker string `xml:",omitempty"`
		Delimiter           string `xml:",omitempty"`
		EncodingType        string `xml:",omitempty"`
		MaxKeys             int
		IsTruncated         bool
		Versions            []versionOutput
		CommonPrefixes      []prefixOutput
	}{
		Name: c.bucket, Prefix: l.encode(l.prefix), KeyMarker: l.encode(keyMarker), VersionIdMarker: idMarker,
		Delimiter: l.encode(l.delimiter), EncodingType: c.query.Get("encoding-type"), MaxKeys: l.limit,
	}
	err = s.inBucket(c.bucket, func(_ *tx, b *bucket) error {
		add := func(v *version, latest bool) bool {
			if len(out.Versions)+len(out.CommonPrefixes) == l.limit {
				out.IsTruncated = true
				return false
			}
			out.Versions = append(out.Versions, describeVersion(v, latest, b.Account, l.encode))
			out.NextKeyMarker, out.NextVersionIdMarker = l.encode(v.Key), v.ID
			return true
		}
		if idMarker != "" { // go on inside the marker's key
			if o, ok := b.objects.Get(keyMarker); ok {
				i := slices.IndexFunc(o.versions, func(v *version) bool { return v.ID == idMarker })
				for i--; i >= 0; i-- {
					if !add(o.versions[i], false) {
						return nil
					}
				}
			}
		}
		entries, more := b.walk(l, func(*object) bool { return true })
		for _, e := range entries {
			if e.object == nil {
				if len(out.Versions)+len(out.CommonPrefixes) == l.limit {
					out.IsTruncated = true
					return nil
				}
				out.CommonPrefixes = append(out.CommonPrefixes, prefixOutput{l.encode(e.name)})
				out.NextKeyMarker, out.NextVersionIdMarker = l.encode(e.name), ""
				continue
			}
			for i, v := range slices.Backward(e.object.versions) {
				if !add(v, i == len(e.object.versions)-1) {
					return nil
				}
			}
		}
		out.IsTruncated = more
		return nil
	})
	if err != nil {
		return err
	}
	if !out.IsTruncated {
		out.NextKeyMarker, out.NextVersionIdMarker = "", ""
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

func describeVersion(v *version, latest bool, account string, encode func(string) string) versionOutput {
	out := versionOutput{
		Key: encode(v.Key), VersionId: cmp.Or(v.ID, nullVersion), IsLatest: latest,
		LastModified: v.Modified.Format(xmlTime), Owner: owner{account},
	}
	if v.Marker {
		out.marker = true
		return out
	}
	out.ETag, out.Size, out.StorageClass = `"`+v.ETag+`"`, &v.Size, "STANDARD"
	return out
}
