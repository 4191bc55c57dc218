package main

import (
	"net/http"

	"github.com/anikeshk/cumin/internal/cumin"
)

// cookieName starts with __Host-: browsers then take it only with Secure, for
// this host alone and with Path=/, so no neighbour can plant one.
const cookieName = "__Host-cumin_rt"

// cookieAge is as long as a session may be idle.
const cookieAge = int(cumin.SessionIdle / 1e9)

// cookies writes and reads the refresh token's cookie.
type cookies struct{ name string }

func newCookies(suffix string) cookies { return cookies{cookieName + suffix} }

// set is the Set-Cookie that gives a browser its refresh token.
func (c cookies) set(refresh string) string { return c.build(refresh, cookieAge) }

// clear is the Set-Cookie that takes it away.
func (c cookies) clear() string { return c.build("", -1) }

// build uses the same attributes for both, or a browser would keep the old one.
func (c cookies) build(value string, maxAge int) string {
	return (&http.Cookie{Name: c.name, Value: value, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}).String()
}

// read finds the refresh token in a Cookie header; empty when there is none.
// Two cookies of the name are nobody's: a browser keeps one per __Host- name.
func (c cookies) read(header string) string {
	parsed, err := http.ParseCookie(header)
	if err != nil {
		return ""
	}
	found := ""
	for _, cookie := range parsed {
		if cookie.Name != c.name {
			continue
		}
		if found != "" {
			return ""
		}
		found = cookie.Value
	}
	return found
}
