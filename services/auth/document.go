package main

import (
	"bytes"
	"os"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/httpapi"
)

//go:generate go run . -openapi ../../docs/openapi/auth.json

// writeDocument writes the OpenAPI document to a file; TypeScript types are
// generated from it.
func writeDocument(path string) error {
	doc, err := document()
	if err != nil {
		return err
	}
	return os.WriteFile(path, doc, 0o644)
}

// document is the OpenAPI document of the service, which needs no AWS to tell
// it.
func document() ([]byte, error) {
	var b bytes.Buffer
	err := httpapi.WriteDocument(&b, func(shell *httpapi.Server) (huma.API, error) {
		return new(service).mountAPI(shell, nil)
	})
	return b.Bytes(), err
}
