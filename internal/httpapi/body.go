package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxDepth bounds how deep arrays and objects may nest.
const maxDepth = 32

// mergePatch is the media type of a merge patch (RFC 7396). Every PATCH of ours
// is one, so it is taken beside application/json there. No form has it and CORS
// does not safelist it: the rule against other sites holds for both.
const mergePatch = "application/merge-patch+json"

// strictJSON lets a body through only when it is plain, well-formed JSON:
// application/json in UTF-8, not compressed, one value, no NUL, no repeated
// member, at most 32 deep. encoding/json alone would store U+FFFD for broken
// UTF-8 and silently take the last of two equal members. Field rules are the
// schema's.
func strictJSON(c *fiber.Ctx) error {
	body := c.Request().Body()
	if err := checkMedia(c.Method(), c.Get(fiber.HeaderContentType), c.Get(fiber.HeaderContentEncoding), len(body)); err != nil {
		if c.Method() == fiber.MethodPatch {
			c.Set("Accept-Patch", mergePatch+", "+fiber.MIMEApplicationJSON) // RFC 5789 §2.2
		}
		return err
	}
	if len(body) > 0 {
		if err := checkJSON(body); err != nil {
			return &cumin.Error{Code: cumin.CodeMalformed, Message: "The body is not acceptable JSON: " + err.Error() + "."}
		}
	}
	return c.Next()
}

// checkMedia wants application/json for every body, or mergePatch for that of a
// PATCH. An empty body may come without a type (clients leave it out), never
// with another one: that would be a form.
func checkMedia(method, contentType, encoding string, length int) error {
	if encoding != "" && !strings.EqualFold(encoding, "identity") {
		return cumin.Refuse(CodeMediaType, "A compressed body is not accepted.")
	}
	if contentType == "" && length == 0 {
		return nil
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != fiber.MIMEApplicationJSON && (media != mergePatch || method != fiber.MethodPatch) {
		return transport[fiber.StatusUnsupportedMediaType]
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return cumin.Refuse(CodeMediaType, "The body must be UTF-8.")
	}
	return nil
}

// checkJSON reads the body's tokens once.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return errors.New("it is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := checkValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the first value")
	}
	return nil
}

func checkValue(dec *json.Decoder, depth int) error {
	tok, err := dec.Token()
	if err != nil {
		return syntax(err)
	}
	switch t := tok.(type) {
	case string:
		return checkText(t)
	case json.Delim:
		if depth == maxDepth {
			return fmt.Errorf("it nests deeper than %d levels", maxDepth)
		}
		if t == '{' {
			return checkObject(dec, depth+1)
		}
		return checkArray(dec, depth+1)
	}
	return nil
}

func checkArray(dec *json.Decoder, depth int) error {
	for dec.More() {
		if err := checkValue(dec, depth); err != nil {
			return err
		}
	}
	return closing(dec)
}

func checkObject(dec *json.Decoder, depth int) error {
	var seen []string // objects are small; a map would cost more
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return syntax(err)
		}
		name, _ := tok.(string) // the decoder lets nothing else stand here
		if slices.Contains(seen, name) {
			return errors.New("a member is given twice")
		}
		if len(seen) == 1000 {
			return errors.New("an object has more than 1000 members")
		}
		seen = append(seen, name)
		if err := checkText(name); err != nil {
			return err
		}
		if err := checkValue(dec, depth); err != nil {
			return err
		}
	}
	return closing(dec)
}

func closing(dec *json.Decoder) error {
	_, err := dec.Token()
	return syntax(err)
}

func checkText(s string) error {
	if strings.ContainsRune(s, 0) {
		return errors.New("a text contains NUL")
	}
	return nil
}

// syntax keeps the decoder's own words, which quote bytes of the body, out of
// the answer.
func syntax(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("syntax error at byte %d", e.Offset)
	}
	return errors.New("it ends too early")
}
