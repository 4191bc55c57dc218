package wire

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// WriteXML answers a REST-XML operation (S3) with an encoding/xml value.
func WriteXML(w http.ResponseWriter, status int, v any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(v); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// WriteRESTError answers with the error document of S3. Its Fields become
// further elements; a HEAD request and a status without a body get none.
func WriteRESTError(w http.ResponseWriter, r *http.Request, err *Error) error {
	if r.Method == http.MethodHead || err.Status == http.StatusNotModified {
		w.WriteHeader(err.Status)
		return nil
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + "<Error>")
	element(&b, "Code", err.Code)
	element(&b, "Message", err.Message)
	for _, name := range slices.Sorted(maps.Keys(err.Fields)) {
		element(&b, name, fmt.Sprint(err.Fields[name]))
	}
	element(&b, "RequestId", IdentityFrom(r.Context()).RequestID)
	b.WriteString("</Error>")
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(err.Status)
	_, failed := w.Write(b.Bytes())
	return failed
}
