package s3

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Settings are what can be configured on a bucket; the zero value is a new
// bucket's. The types are S3's own documents (API Reference, "Data Types").
type Settings struct {
	PublicAccessBlock *PublicAccessBlock `json:",omitempty"`
	Encryption        *Encryption        `json:",omitempty"`
	Lifecycle         *Lifecycle         `json:",omitempty"`
	CORS              *CORS              `json:",omitempty"`
	Ownership         *Ownership         `json:",omitempty"`
	Notification      *Notification      `json:",omitempty"`
	Versioning        string             `json:",omitempty"` // Enabled, Suspended, or empty: never enabled
	Tags              map[string]string  `json:",omitempty"`
}

// PublicAccessBlock is kept and answered; nothing here is public anyway.
type PublicAccessBlock struct {
	XMLName               xml.Name `xml:"PublicAccessBlockConfiguration" json:"-"`
	BlockPublicAcls       bool
	IgnorePublicAcls      bool
	BlockPublicPolicy     bool
	RestrictPublicBuckets bool
	Unknown               unknown `xml:",any" json:"-"`
}

// Encryption is kept and answered; bodies are not encrypted.
type Encryption struct {
	XMLName xml.Name         `xml:"ServerSideEncryptionConfiguration" json:"-"`
	Rules   []EncryptionRule `xml:"Rule"`
	Unknown unknown          `xml:",any" json:"-"`
}

// EncryptionRule names the default algorithm: AES256, aws:kms or aws:kms:dsse.
type EncryptionRule struct {
	Algorithm        string  `xml:"ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
	KMSMasterKeyID   string  `xml:"ApplyServerSideEncryptionByDefault>KMSMasterKeyID,omitempty"`
	BucketKeyEnabled bool    `xml:"BucketKeyEnabled"`
	Unknown          unknown `xml:",any" json:"-"`
}

// Ownership: only BucketOwnerEnforced, where ACLs play no part, is supported.
type Ownership struct {
	XMLName xml.Name `xml:"OwnershipControls" json:"-"`
	Rule    string   `xml:"Rule>ObjectOwnership"`
	Unknown unknown  `xml:",any" json:"-"`
}

type versioning struct {
	XMLName   xml.Name `xml:"VersioningConfiguration"`
	Status    string   `xml:",omitempty"`
	MfaDelete string   `xml:",omitempty"`
	Unknown   unknown  `xml:",any"`
}

// unknown collects elements a document type does not have, so that decode can
// refuse them.
type unknown []struct{ XMLName xml.Name }

const maxDocument = 2 << 20 // bytes; DeleteObjects of 1,000 long keys fits

// decode reads a request's document into out. Errors: MalformedXML; an element
// we do not know is refused with NotImplemented.
func decode(r *http.Request, out any) error {
	b, err := small(r, maxDocument)
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(out); err != nil {
		return errXML()
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errXML()
	}
	if name := firstUnknown(reflect.ValueOf(out)); name != "" {
		return errUnbuilt("the element " + name)
	}
	return nil
}

func firstUnknown(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return firstUnknown(v.Elem())
		}
	case reflect.Slice:
		if list, ok := v.Interface().(unknown); ok {
			for _, e := range list {
				return e.XMLName.Local
			}
			return ""
		}
		if k := v.Type().Elem().Kind(); k != reflect.Struct && k != reflect.Pointer {
			return ""
		}
		for i := range v.Len() {
			if name := firstUnknown(v.Index(i)); name != "" {
				return name
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := firstUnknown(v.Field(i)); name != "" {
				return name
			}
		}
	}
	return ""
}

// setting answers a Get of one setting: the document, or AWS's error for a
// setting that was never made.
func (s *Service) setting(c *call, code, sentence string, pick func(*bucket) any) error {
	var document any
	err := s.inBucket(c.bucket, func(_ *tx, b *bucket) error {
		document = pick(b)
		if v := reflect.ValueOf(document); v.Kind() == reflect.Pointer && v.IsNil() {
			return errMissingSetting(code, c.bucket, sentence)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, document)
}

// configure changes a bucket's settings and answers with the status.
func (s *Service) configure(c *call, status int, f func(*Settings) error) error {
	if err := s.Configure(c.bucket, f); err != nil {
		return err
	}
	c.w.WriteHeader(status)
	return nil
}

func (s *Service) getPublicAccessBlock(c *call) error {
	return s.setting(c, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", func(b *bucket) any { return b.Settings.PublicAccessBlock })
}

func (s *Service) putPublicAccessBlock(c *call) error {
	in := new(PublicAccessBlock)
	if err := decode(c.r, in); err != nil {
		return err
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.PublicAccessBlock = in; return nil })
}

func (s *Service) deletePublicAccessBlock(c *call) error {
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.PublicAccessBlock = nil; return nil })
}

// getEncryption: since 2023 every bucket has SSE-S3 when nothing else is set.
func (s *Service) getEncryption(c *call) error {
	return s.setting(c, "", "", func(b *bucket) any {
		if b.Settings.Encryption == nil {
			return &Encryption{Rules: []EncryptionRule{{Algorithm: "AES256"}}}
		}
		return b.Settings.Encryption
	})
}

func (s *Service) putEncryption(c *call) error {
	in := new(Encryption)
	if err := decode(c.r, in); err != nil {
		return err
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.Encryption = in; return nil })
}

func (s *Service) deleteEncryption(c *call) error {
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.Encryption = nil; return nil })
}

func (s *Service) getOwnership(c *call) error {
	return s.setting(c, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found", func(b *bucket) any { return b.Settings.Ownership })
}

func (s *Service) putOwnership(c *call) error {
	in := new(Ownership)
	if err := decode(c.r, in); err != nil {
		return err
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.Ownership = in; return nil })
}

func (s *Service) deleteOwnership(c *call) error {
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.Ownership = nil; return nil })
}

func (s *Service) getVersioning(c *call) error {
	return s.setting(c, "", "", func(b *bucket) any { return &versioning{Status: b.Settings.Versioning} })
}

func (s *Service) putVersioning(c *call) error {
	in := new(versioning)
	if err := decode(c.r, in); err != nil {
		return err
	}
	if in.MfaDelete == "Enabled" {
		return errUnbuilt("MFA delete")
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.Versioning = in.Status; return nil })
}

// check refuses settings that are wrong or not built, and notifications when
// nobody would take them on.
func (s *Service) check(st *Settings) error {
	if st.Notification != nil && s.events == nil {
		return errUnbuilt("event notifications in this composition")
	}
	return st.check()
}

func (st *Settings) check() error {
	switch st.Versioning {
	case "", "Enabled", "Suspended":
	default:
		return errXML()
	}
	if st.Ownership != nil && st.Ownership.Rule != "BucketOwnerEnforced" {
		return errUnbuilt("object ownership other than BucketOwnerEnforced")
	}
	if st.Encryption != nil {
		if len(st.Encryption.Rules) != 1 {
			return errXML()
		}
		switch st.Encryption.Rules[0].Algorithm {
		case "AES256", "aws:kms", "aws:kms:dsse":
		default:
			return errXML()
		}
	}
	if err := checkTags(st.Tags, maxBucketTags); err != nil {
		return err
	}
	if err := st.CORS.check(); err != nil {
		return err
	}
	if err := st.Notification.check(); err != nil {
		return err
	}
	return st.Lifecycle.check()
}
