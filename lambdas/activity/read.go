package main

import (
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/stream"
)

// meaning says what a record means to people; false when nobody is told. The sort
// key tells what kind of item it is about, in whichever of the three streams.
// Kinds that are nobody's news (profiles, addresses, number counters, export
// slots, and whatever a newer version adds) are passed over.
func meaning(r *stream.Record) (cumin.Activity, bool, error) {
	if r.Err != nil {
		return cumin.Activity{}, false, r.Err
	}
	switch {
	case strings.HasPrefix(r.SK, dynamo.PrefixTask):
		before, after, err := images(r, dynamo.DecodeTask)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.TaskActivity(before, after, r.At))
	case strings.HasPrefix(r.SK, dynamo.PrefixMember):
		before, after, err := images(r, dynamo.DecodeMember)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.MemberActivity(before, after, r.At))
	case r.SK == dynamo.SKProject:
		before, after, err := images(r, dynamo.DecodeProject)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.ProjectActivity(before, after, r.At))
	case r.SK == dynamo.SKJob:
		before, after, err := images(r, dynamo.DecodeExport)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.ExportActivity(before, after))
	case strings.HasPrefix(r.SK, dynamo.PrefixComment):
		before, after, err := images(r, dynamo.DecodeComment)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.CommentActivity(before, after))
	case strings.HasPrefix(r.SK, dynamo.PrefixInvite):
		before, after, err := images(r, dynamo.DecodeInvite)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.InviteActivity(before, after))
	case strings.HasPrefix(r.SK, dynamo.PrefixReuse):
		before, after, err := images(r, dynamo.DecodeReuseNotice)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.ReuseActivity(before, after))
	case r.SK == dynamo.SKReadMark:
		before, after, err := images(r, dynamo.DecodeReadMark)
		if err != nil {
			return cumin.Activity{}, false, err
		}
		return told(cumin.ReadActivity(before, after, r.At))
	case r.SK == dynamo.SKCounts:
		return readCounts(r)
	}
	return cumin.Activity{}, false, nil
}

func readCounts(r *stream.Record) (cumin.Activity, bool, error) {
	before, after, err := images(r, dynamo.DecodeCounts)
	if err != nil {
		return cumin.Activity{}, false, err
	}
	version, err := dynamo.DecodeCountsVersion(r.New)
	if err != nil {
		return cumin.Activity{}, false, err
	}
	project := cumin.ProjectID(strings.TrimPrefix(r.PK, dynamo.ProjectPK("")))
	return told(cumin.CountsActivity(project, before, after, version, r.At))
}

func told(a cumin.Activity, ok bool) (cumin.Activity, bool, error) { return a, ok, nil }

// images decodes both images of a record; nil where there is none.
func images[T any](r *stream.Record, decode func(dynamo.Item) (T, error)) (before, after *T, err error) {
	if r.Old != nil {
		v, err := decode(r.Old)
		if err != nil {
			return nil, nil, err
		}
		before = &v
	}
	if r.New != nil {
		v, err := decode(r.New)
		if err != nil {
			return nil, nil, err
		}
		after = &v
	}
	return before, after, nil
}
