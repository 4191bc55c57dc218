package httpapi

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

//go:embed pages/*.tmpl
var pageFiles embed.FS

// pages are templates without scripts and without styles of their own: they may
// load the client's style sheet, /docs.css, and nothing else (nginx has the
// policy). Where there is no client they are plain.
var pages = template.Must(template.New("").Funcs(template.FuncMap{"schema": schemaText, "base": path.Base}).ParseFS(pageFiles, "pages/*.tmpl"))

// ServeDocs serves the document of api as a page for people at a path. Call
// it when all operations are registered.
func ServeDocs(s *Server, api huma.API, at string) error {
	return servePage(s, at, "docs.tmpl", docsOf(api.OpenAPI(), at))
}

// servePage serves a page that is the same for everybody, rendered once.
func servePage(s *Server, at, page string, data any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, page, data); err != nil {
		return fmt.Errorf("render %s: %w", at, err)
	}
	s.app.Get(at, func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
		return c.Send(b.Bytes())
	})
	return nil
}

type docs struct {
	Info       *huma.Info
	JSON       string // address of the document
	Problems   string // address of what codes mean
	Operations []docsOperation
	Schemas    []docsSchema
}

type docsOperation struct {
	Method, Path string
	*huma.Operation
	Role   any
	Body   *huma.Schema
	Status []docsStatus
}

type docsStatus struct {
	Code, Description string
	Body              *huma.Schema
}

type docsSchema struct {
	Name   string
	Schema *huma.Schema
}

// docsOf lists operations by path, schemas by name.
func docsOf(doc *huma.OpenAPI, at string) docs {
	d := docs{Info: doc.Info, JSON: strings.TrimSuffix(at, "docs") + "openapi.json", Problems: ProblemsPath}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				d.Operations = append(d.Operations, docsOperationOf(op))
			}
		}
	}
	slices.SortFunc(d.Operations, func(a, b docsOperation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	for name, s := range doc.Components.Schemas.Map() {
		d.Schemas = append(d.Schemas, docsSchema{name, s})
	}
	slices.SortFunc(d.Schemas, func(a, b docsSchema) int { return strings.Compare(a.Name, b.Name) })
	return d
}

func docsOperationOf(op *huma.Operation) docsOperation {
	d := docsOperation{Method: op.Method, Path: op.Path, Operation: op, Role: op.Extensions["x-role"]}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Content {
			d.Body = media.Schema
		}
	}
	for code, r := range op.Responses {
		s := docsStatus{Code: code, Description: r.Description}
		if code < "3" {
			for _, media := range r.Content {
				s.Body = media.Schema
			}
		}
		d.Status = append(d.Status, s)
	}
	slices.SortFunc(d.Status, func(a, b docsStatus) int { return strings.Compare(a.Code, b.Code) })
	return d
}

// schemaText is a schema as indented JSON.
func schemaText(s *huma.Schema) (string, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return string(b), err
}
