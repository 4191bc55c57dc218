package s3

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// CORS says which browsers' pages may use a bucket (User Guide, "Using
// cross-origin resource sharing").
type CORS struct {
	XMLName xml.Name   `xml:"CORSConfiguration" json:"-"`
	Rules   []CORSRule `xml:"CORSRule"`
	Unknown unknown    `xml:",any" json:"-"`
}

// CORSRule admits requests whose origin, method and headers it lists; an
// origin or header may hold one *.
type CORSRule struct {
	ID             string   `xml:",omitempty"`
	AllowedOrigins []string `xml:"AllowedOrigin"`
	AllowedMethods []string `xml:"AllowedMethod"`
	AllowedHeaders []string `xml:"AllowedHeader,omitempty"`
	ExposeHeaders  []string `xml:"ExposeHeader,omitempty"`
	MaxAgeSeconds  int      `xml:",omitempty"`
	Unknown        unknown  `xml:",any" json:"-"`
}

func (c *CORS) check() error {
	if c == nil {
		return nil
	}
	if len(c.Rules) == 0 || len(c.Rules) > 100 {
		return errXML()
	}
	for _, rule := range c.Rules {
		if len(rule.AllowedOrigins) == 0 || len(rule.AllowedMethods) == 0 {
			return errXML()
		}
		for _, m := range rule.AllowedMethods {
			if !slices.Contains([]string{"GET", "PUT", "POST", "DELETE", "HEAD"}, m) {
				return errRequest("Found unsupported HTTP method in CORS config. Unsupported method is %s", m)
			}
		}
		for _, pattern := range slices.Concat(rule.AllowedOrigins, rule.AllowedHeaders) {
			if strings.Count(pattern, "*") > 1 {
				return errRequest("AllowedOrigin \"%s\" can not have more than one wildcard.", pattern)
			}
		}
	}
	return nil
}

// match finds the first rule that admits a request.
func (c *CORS) match(origin, method string, headers []string) *CORSRule {
	if c == nil {
		return nil
	}
	for i := range c.Rules {
		rule := &c.Rules[i]
		if matchesAny(rule.AllowedOrigins, origin) && slices.Contains(rule.AllowedMethods, method) &&
			!slices.ContainsFunc(headers, func(name string) bool { return !matchesAny(rule.AllowedHeaders, strings.ToLower(name)) }) {
			return rule
		}
	}
	return nil
}

func matchesAny(patterns []string, value string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		head, tail, wild := strings.Cut(strings.ToLower(pattern), "*")
		value := strings.ToLower(value)
		if !wild {
			return head == value
		}
		return len(value) >= len(head)+len(tail) && strings.HasPrefix(value, head) && strings.HasSuffix(value, tail)
	})
}

func (r *CORSRule) write(h http.Header, origin string) {
	allow := origin
	if slices.Contains(r.AllowedOrigins, "*") {
		allow = "*"
	} else {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Set("Access-Control-Allow-Origin", allow)
	h.Set("Access-Control-Allow-Methods", strings.Join(r.AllowedMethods, ", "))
	if len(r.ExposeHeaders) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(r.ExposeHeaders, ", "))
	}
	if r.MaxAgeSeconds > 0 {
		h.Set("Access-Control-Max-Age", strconv.Itoa(r.MaxAgeSeconds))
	}
	h.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
}

// rules is the bucket's configuration, nil when it has none.
func (s *Service) rules(bucketName string) *CORS {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.buckets[bucketName]; ok {
		return b.Settings.CORS
	}
	return nil
}

// allowOrigin adds the headers of a cross-origin answer, also to an error.
func (s *Service) allowOrigin(c *call) {
	origin := c.r.Header.Get("Origin")
	if origin == "" || c.bucket == "" || c.r.Method == http.MethodOptions {
		return
	}
	if rule := s.rules(c.bucket).match(origin, c.r.Method, nil); rule != nil {
		rule.write(c.w.Header(), origin)
	}
}

func (s *Service) preflight(c *call) error {
	origin, method := c.r.Header.Get("Origin"), c.r.Header.Get("Access-Control-Request-Method")
	if origin == "" {
		return wire.Errorf(400, "BadRequest", "Insufficient information. Origin request header needed.")
	}
	if method == "" {
		return wire.Errorf(400, "BadRequest", "Invalid Access-Control-Request-Method: null")
	}
	var headers []string
	for name := range strings.SplitSeq(c.r.Header.Get("Access-Control-Request-Headers"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			headers = append(headers, strings.ToLower(name))
		}
	}
	rules := s.rules(c.bucket)
	if rules == nil {
		return wire.Errorf(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.")
	}
	rule := rules.match(origin, method, headers)
	if rule == nil {
		return wire.Errorf(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.")
	}
	rule.write(c.w.Header(), origin)
	if len(headers) > 0 {
		c.w.Header().Set("Access-Control-Allow-Headers", strings.Join(headers, ", "))
	}
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) getCORS(c *call) error {
	return s.setting(c, "NoSuchCORSConfiguration", "The CORS configuration does not exist", func(b *bucket) any { return b.Settings.CORS })
}

func (s *Service) putCORS(c *call) error {
	in := new(CORS)
	if err := decode(c.r, in); err != nil {
		return err
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.CORS = in; return nil })
}

func (s *Service) deleteCORS(c *call) error {
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.CORS = nil; return nil })
}
