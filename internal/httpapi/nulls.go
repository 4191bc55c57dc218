package httpapi

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// NoNulls refuses null where a body's schema does not allow it: 422
// invalid_fields. Huma alone takes it for the absence of a member that need not
// be there, which no document says.
func NoNulls(api huma.API) func(huma.Context, func(huma.Context)) {
	schemas := api.OpenAPI().Components.Schemas
	return func(ctx huma.Context, next func(huma.Context)) {
		if body := ctx.Operation().RequestBody; body != nil && body.Content["application/json"] != nil {
			raw, err := io.ReadAll(ctx.BodyReader())
			var value any
			if err == nil && json.Unmarshal(raw, &value) == nil { // what is no JSON is refused by others
				if found := nullsIn(schemas, body.Content["application/json"].Schema, "", value); len(found) > 0 {
					Refuse(api, ctx, &cumin.Error{Code: cumin.CodeInvalid, Message: transport[http.StatusUnprocessableEntity].Message, Fields: found})
					return
				}
			}
		}
		next(ctx)
	}
}

// nullsIn finds the members of value, and of what is in it, that are null and
// may not be.
func nullsIn(schemas huma.Registry, s *huma.Schema, pointer string, value any) (found []cumin.FieldError) {
	for s.Ref != "" {
		s = schemas.SchemaFromRef(s.Ref)
	}
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			member, at := s.Properties[name], pointer+"/"+name
			switch {
			case member == nil: // unknown: refused by Huma
			case v[name] != nil:
				found = append(found, nullsIn(schemas, member, at, v[name])...)
			case !member.Nullable:
				found = append(found, cumin.FieldError{Pointer: at, Code: "wrong_type", Message: "Leave it out, or give it a value: null is none."})
			}
		}
	case []any:
		for i, item := range v {
			if s.Items != nil && item != nil {
				found = append(found, nullsIn(schemas, s.Items, fmt.Sprintf("%s/%d", pointer, i), item)...)
			}
		}
	}
	return found
}
