package s3

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type attributesOutput struct {
	XMLName      xml.Name        `xml:"http://s3.amazonaws.com/doc/2006-03-01/ GetObjectAttributesResponse"`
	ETag         string          `xml:",omitempty"`
	Checksum     *checksumOutput `xml:",omitempty"`
	ObjectParts  *partsOutput    `xml:",omitempty"`
	StorageClass string          `xml:",omitempty"`
	ObjectSize   *int64          `xml:",omitempty"`
}

type checksumOutput struct {
	checksumElements
	ChecksumType string `xml:",omitempty"`
}

// partsOutput has only the count: which parts an object was made of is not kept
// beyond their sizes.
type partsOutput struct {
	TotalPartsCount int `xml:"PartsCount"`
}

func (s *Service) getObjectAttributes(c *call) error {
	asked := strings.Split(strings.Join(c.r.Header.Values("X-Amz-Object-Attributes"), ","), ",")
	for i := range asked {
		asked[i] = strings.TrimSpace(asked[i])
		if !slices.Contains([]string{"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"}, asked[i]) {
			return errArgument("x-amz-object-attributes", asked[i], "Invalid attribute name specified.")
		}
	}
	var out attributesOutput
	err := s.onVersion(c, func(_ *tx, v *version) {
		c.w.Header().Set("Last-Modified", httpTime(v.Modified))
		for _, name := range asked {
			out.describe(name, v)
		}
	})
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

func (out *attributesOutput) describe(name string, v *version) {
	switch name {
	case "ETag":
		out.ETag = v.ETag
	case "StorageClass":
		out.StorageClass = "STANDARD"
	case "ObjectSize":
		out.ObjectSize = &v.Size
	case "ObjectParts":
		if v.Parts > 0 {
			out.ObjectParts = &partsOutput{v.Parts}
		}
	case "Checksum":
		if v.Checksum.Value != "" {
			out.Checksum = &checksumOutput{v.Checksum.elements(), v.Checksum.Type}
		}
	}
}
