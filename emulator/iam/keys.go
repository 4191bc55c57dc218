package iam

import (
	"slices"
	"strings"
)

// Keys is what a request says of itself, by condition key in lower case; a key
// that is not there has no values.
type Keys map[string][]string

// Set gives a key its values.
func (k Keys) Set(name string, values ...string) { k[strings.ToLower(name)] = values }

// knownKeys are the condition keys that are filled: by the principal, by the
// facade from the request, and by the services that act by themselves. A policy
// with any other is refused, because its condition would always see nothing.
var knownKeys = []string{
	"aws:currenttime", "aws:epochtime", "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:principalservicename",
	"aws:principaltype", "aws:referer", "aws:requestedregion", "aws:resourceaccount", "aws:securetransport", "aws:sourceaccount", "aws:sourcearn",
	"aws:sourceip", "aws:tokenissuetime", "aws:useragent", "aws:userid", "aws:username", "aws:viaawsservice",
	"sns:endpoint", "sns:protocol", "sts:externalid", "sts:rolesessionname",
}

func known(key string) bool {
	key = strings.ToLower(key)
	return slices.Contains(knownKeys, key) || strings.HasPrefix(key, "aws:principaltag/")
}
