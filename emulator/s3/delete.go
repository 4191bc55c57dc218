package s3

import (
	"encoding/xml"
	"net/http"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const maxDeletes = 1000

type deleteOutput struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedOutput
	Errors  []deleteError `xml:"Error"`
}

type deletedOutput struct {
	Key                   string
	VersionId             string `xml:",omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionId string `xml:",omitempty"`
}

type deleteError struct {
	Key       string
	VersionId string `xml:",omitempty"`
	Code      string
	Message   string
}

func (s *Service) deleteObjects(c *call) error {
	var in struct {
		XMLName xml.Name `xml:"Delete"`
		Quiet   bool
		Objects []struct {
			Key       string
			VersionId string
			ETag      string
			Unknown   unknown `xml:",any"`
		} `xml:"Object"`
		Unknown unknown `xml:",any"`
	}
	if claim, trailer, err := announced(c.r.Header); err != nil {
		return err
	} else if claim.Value == "" && !trailer && c.r.Header.Get("Content-Md5") == "" {
		return errRequest("Missing required header for this request: Content-MD5")
	}
	if err := decode(c.r, &in); err != nil {
		return err
	}
	if len(in.Objects) == 0 || len(in.Objects) > maxDeletes {
		return errXML()
	}
	var out deleteOutput
	err := s.inBucket(c.bucket, func(t *tx, b *bucket) error {
		for _, o := range in.Objects {
			condition := http.Header{}
			if o.ETag != "" {
				condition.Set("If-Match", o.ETag)
			}
			err := b.deletable(o.Key, condition)
			var done erased
			if err == nil {
				done, err = s.remove(t, b, o.Key, o.VersionId, originOf(c.r.Context(), removedByDelete))
			}
			if err != nil {
				e := wire.AsError(err)
				out.Errors = append(out.Errors, deleteError{o.Key, o.VersionId, e.Code, e.Message})
				continue
			}
			if in.Quiet {
				continue
			}
			line := deletedOutput{Key: o.Key, VersionId: o.VersionId, DeleteMarker: done.Marker}
			if done.Marker {
				line.DeleteMarkerVersionId = done.VersionID
			}
			out.Deleted = append(out.Deleted, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}
