package s3

import (
	"encoding/xml"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// Lifecycle is a bucket's rules for what to delete when (User Guide, "Managing
// the lifecycle of objects").
type Lifecycle struct {
	XMLName xml.Name        `xml:"LifecycleConfiguration" json:"-"`
	Rules   []LifecycleRule `xml:"Rule"`
	Unknown unknown         `xml:",any" json:"-"`
}

// LifecycleRule applies to the objects its Filter, or the older Prefix, selects.
type LifecycleRule struct {
	ID                             string                `xml:",omitempty"`
	Status                         string                // Enabled or Disabled
	Prefix                         *string               `xml:",omitempty"`
	Filter                         *LifecycleFilter      `xml:",omitempty"`
	Expiration                     *LifecycleExpiration  `xml:",omitempty"`
	NoncurrentVersionExpiration    *NoncurrentExpiration `xml:",omitempty"`
	AbortIncompleteMultipartUpload *AbortIncomplete      `xml:",omitempty"`
	Unknown                        unknown               `xml:",any" json:"-"`
}

// LifecycleFilter selects by all of what it names.
type LifecycleFilter struct {
	Prefix                string       `xml:",omitempty"`
	Tag                   *tag         `xml:",omitempty"`
	ObjectSizeGreaterThan *int64       `xml:",omitempty"`
	ObjectSizeLessThan    *int64       `xml:",omitempty"`
	And                   *FilterTerms `xml:",omitempty"`
	Unknown               unknown      `xml:",any" json:"-"`
}

// FilterTerms are several terms of a filter together.
type FilterTerms struct {
	Prefix                string  `xml:",omitempty"`
	Tags                  []tag   `xml:"Tag"`
	ObjectSizeGreaterThan *int64  `xml:",omitempty"`
	ObjectSizeLessThan    *int64  `xml:",omitempty"`
	Unknown               unknown `xml:",any" json:"-"`
}

// LifecycleExpiration ends current versions: Days after they were written, or
// at a Date.
type LifecycleExpiration struct {
	Days                      int        `xml:",omitempty"`
	Date                      *time.Time `xml:",omitempty"`
	ExpiredObjectDeleteMarker bool       `xml:",omitempty"`
	Unknown                   unknown    `xml:",any" json:"-"`
}

// NoncurrentExpiration ends older versions, NoncurrentDays after they were
// replaced, keeping the newest NewerNoncurrentVersions of them.
type NoncurrentExpiration struct {
	NoncurrentDays          int
	NewerNoncurrentVersions int     `xml:",omitempty"`
	Unknown                 unknown `xml:",any" json:"-"`
}

// AbortIncomplete aborts uploads that were begun so many days ago.
type AbortIncomplete struct {
	DaysAfterInitiation int
	Unknown             unknown `xml:",any" json:"-"`
}

func (l *Lifecycle) check() error {
	if l == nil {
		return nil
	}
	if len(l.Rules) == 0 || len(l.Rules) > 1000 {
		return errXML()
	}
	ids := map[string]bool{}
	for _, r := range l.Rules {
		if r.ID != "" && ids[r.ID] {
			return errArgument("ID", r.ID, "Rule ID must be unique. Found same ID for more than one rule")
		}
		ids[r.ID] = true
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

func (r *LifecycleRule) check() error {
	if r.Status != "Enabled" && r.Status != "Disabled" {
		return errXML()
	}
	if r.Expiration == nil && r.NoncurrentVersionExpiration == nil && r.AbortIncompleteMultipartUpload == nil {
		return errRequest("At least one action needs to be specified in a rule")
	}
	if e := r.Expiration; e != nil {
		said := 0
		for _, has := range []bool{e.Days != 0, e.Date != nil, e.ExpiredObjectDeleteMarker} {
			if has {
				said++
			}
		}
		if said != 1 {
			return errXML()
		}
		if e.Days < 0 {
			return errArgument("Days", "", "'Days' for Expiration action must be a positive integer")
		}
		if e.Date != nil && !e.Date.Equal(midnight(*e.Date)) {
			return errArgument("Date", e.Date.String(), "'Date' must be at midnight GMT")
		}
	}
	if n := r.NoncurrentVersionExpiration; n != nil && n.NoncurrentDays < 1 {
		return errArgument("NoncurrentDays", "", "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
	}
	if a := r.AbortIncompleteMultipartUpload; a != nil && a.DaysAfterInitiation < 1 {
		return errArgument("DaysAfterInitiation", "", "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer")
	}
	return nil
}

// terms is the rule's filter in one form.
func (r *LifecycleRule) terms() FilterTerms {
	if r.Prefix != nil {
		return FilterTerms{Prefix: *r.Prefix}
	}
	f := r.Filter
	if f == nil {
		return FilterTerms{}
	}
	if f.And != nil {
		return *f.And
	}
	t := FilterTerms{Prefix: f.Prefix, ObjectSizeGreaterThan: f.ObjectSizeGreaterThan, ObjectSizeLessThan: f.ObjectSizeLessThan}
	if f.Tag != nil {
		t.Tags = []tag{*f.Tag}
	}
	return t
}

func (r *LifecycleRule) selects(v *version) bool {
	t := r.terms()
	return r.Status == "Enabled" && strings.HasPrefix(v.Key, t.Prefix) &&
		(t.ObjectSizeGreaterThan == nil || v.Size > *t.ObjectSizeGreaterThan) &&
		(t.ObjectSizeLessThan == nil || v.Size < *t.ObjectSizeLessThan) &&
		!slices.ContainsFunc(t.Tags, func(want tag) bool { has, ok := v.Tags[want.Key]; return !ok || has != want.Value })
}

func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// due is when something of the given age ends: days later, rounded up to the
// next midnight UTC (S3-2).
func due(from time.Time, days int) time.Time {
	at := from.AddDate(0, 0, days)
	if m := midnight(at); !m.Equal(at) {
		return m.AddDate(0, 0, 1)
	}
	return at
}

// expiry is when a current version ends, and by which rule: the earliest.
func (l *Lifecycle) expiry(v *version) (at time.Time, rule string, ok bool) {
	if l == nil || v.Marker {
		return at, "", false
	}
	for i := range l.Rules {
		r := &l.Rules[i]
		if r.Expiration == nil || r.Expiration.ExpiredObjectDeleteMarker || !r.selects(v) {
			continue
		}
		end := due(v.Modified, r.Expiration.Days)
		if r.Expiration.Date != nil {
			end = *r.Expiration.Date
		}
		if !ok || end.Before(at) {
			at, rule, ok = end, r.ID, true
		}
	}
	return at, rule, ok
}

// scheduleSweep sets the timer for the next midnight, if any bucket has rules.
// Called with the lock held.
func (s *Service) scheduleSweep(now time.Time) {
	if s.sweep != nil || !s.hasRules() {
		return
	}
	s.sweep = s.clock.AfterFuncWeighing(midnight(now).AddDate(0, 0, 1).Sub(now), clock.Background, s.sweepNow)
}

// catchUp sweeps at once: midnights may have passed while nobody ran.
func (s *Service) catchUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hasRules() {
		s.sweep = s.clock.AfterFunc(0, s.sweepNow)
	}
}

func (s *Service) hasRules() bool {
	for _, b := range s.buckets {
		if b.Settings.Lifecycle != nil {
			return true
		}
	}
	return false
}

// sweepNow carries out every rule; it runs on the clock's goroutine at
// midnight UTC.
func (s *Service) sweepNow() {
	err := s.change(func(t *tx) error {
		s.sweep = nil
		for _, b := range s.buckets {
			if l := b.Settings.Lifecycle; l != nil {
				s.expire(t, b, l)
			}
		}
		s.scheduleSweep(t.now)
		return nil
	})
	if err != nil {
		s.log.Error("carry out lifecycle rules", slog.Any("err", err))
	}
}

func (s *Service) expire(t *tx, b *bucket, l *Lifecycle) {
	for _, u := range b.uploads {
		if l.aborts(u, t.now) {
			t.abort(b, u)
		}
	}
	for _, o := range b.objects.Values() {
		s.expireObject(t, b, l, o)
	}
}

func (l *Lifecycle) aborts(u *upload, now time.Time) bool {
	for i := range l.Rules {
		r := &l.Rules[i]
		if a := r.AbortIncompleteMultipartUpload; a != nil && r.Status == "Enabled" && strings.HasPrefix(u.Key, r.terms().Prefix) &&
			!now.Before(due(u.Initiated, a.DaysAfterInitiation)) {
			return true
		}
	}
	return false
}

func (s *Service) expireObject(t *tx, b *bucket, l *Lifecycle, o *object) {
	key := o.current().Key
	if at, _, ok := l.expiry(o.current()); ok && !t.now.Before(at) {
		// Without an id: a delete marker where versions are kept. It cannot fail.
		_, _ = s.remove(t, b, key, "", origin{event: expiredForGood, principal: "lifecycle.s3.amazonaws.com"})
	}
	if len(o.versions) == 0 {
		return
	}
	for i := range l.Rules {
		r := &l.Rules[i]
		if n := r.NoncurrentVersionExpiration; n != nil {
			expireNoncurrent(t, b, r, n, o)
		}
		if e := r.Expiration; e != nil && e.ExpiredObjectDeleteMarker && len(o.versions) == 1 && o.current().Marker && r.selects(o.current()) {
			v := o.current()
			b.take(v)
			t.drop(v)
			return
		}
	}
}

// expireNoncurrent drops older versions; a version is noncurrent since its
// successor was written.
func expireNoncurrent(t *tx, b *bucket, r *LifecycleRule, n *NoncurrentExpiration, o *object) {
	older := slices.Clone(o.versions[:max(0, len(o.versions)-1)])
	for i, v := range older {
		newer := len(older) - 1 - i
		since := o.versions[len(o.versions)-1].Modified
		if i+1 < len(older) {
			since = older[i+1].Modified
		}
		if newer >= n.NewerNoncurrentVersions && r.selects(v) && !t.now.Before(due(since, n.NoncurrentDays)) {
			b.take(v)
			t.drop(v)
		}
	}
}

func (s *Service) getLifecycle(c *call) error {
	return s.setting(c, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", func(b *bucket) any { return b.Settings.Lifecycle })
}

func (s *Service) putLifecycle(c *call) error {
	in := new(Lifecycle)
	if err := decode(c.r, in); err != nil {
		return err
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.Lifecycle = in; return nil })
}

func (s *Service) deleteLifecycle(c *call) error {
	return s.configure(c, http.StatusNoContent, func(st *Settings) error { st.Lifecycle = nil; return nil })
}
