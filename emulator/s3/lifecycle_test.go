package s3

import (
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

func TestExportsExpireAtTheMidnightAfterTheirDays(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{}) // 1 March, 12:00
	b.want(200, "", "PUT", "/bucket", "")
	b.want(200, "", "PUT", "/bucket?lifecycle", `<LifecycleConfiguration>
		<Rule><ID>expire</ID><Status>Enabled</Status><Filter><Prefix>exports/</Prefix></Filter><Expiration><Days>7</Days></Expiration></Rule>
		<Rule><ID>abort</ID><Status>Enabled</Status><Prefix>exports/</Prefix><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>
		<Rule><ID>off</ID><Status>Disabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule>
		<Rule><ID>tagged</ID><Status>Enabled</Status><Filter><And><Prefix>tmp/</Prefix><Tag><Key>keep</Key><Value>no</Value></Tag><ObjectSizeGreaterThan>2</ObjectSizeGreaterThan></And></Filter><Expiration><Days>1</Days></Expiration></Rule>
	</LifecycleConfiguration>`)
	w := b.want(200, "", "PUT", "/bucket/exports/a", "x")
	if got, want := w.Header().Get("X-Amz-Expiration"), `expiry-date="Mon, 09 Mar 2026 00:00:00 GMT", rule-id="expire"`; got != want {
		t.Errorf("x-amz-expiration %q, want %q", got, want)
	}
	b.want(200, "", "PUT", "/bucket/other", "x")
	b.want(200, "", "PUT", "/bucket/tmp/big", "xxx", "X-Amz-Tagging", "keep=no")
	b.want(200, "", "PUT", "/bucket/tmp/small", "x", "X-Amz-Tagging", "keep=no")
	upload := b.want(200, "UploadId", "POST", "/bucket/exports/big?uploads", "").Body.String()
	_, id, _ := strings.Cut(upload, "<UploadId>")
	id, _, _ = strings.Cut(id, "<")
	b.want(200, "", "PUT", "/bucket/exports/big?partNumber=1&uploadId="+id, "part")

	b.clock.Advance(36*time.Hour - time.Second)
	b.want(200, "", "GET", "/bucket/exports/big?uploadId="+id, "")
	b.want(200, "", "GET", "/bucket/tmp/big", "")
	b.clock.Advance(time.Second)
	b.want(404, "NoSuchUpload", "GET", "/bucket/exports/big?uploadId="+id, "")
	b.want(404, "NoSuchKey", "GET", "/bucket/tmp/big", "")
	b.want(200, "x", "GET", "/bucket/tmp/small", "")
	b.clock.Advance(6*day - time.Second)
	b.want(200, "x", "GET", "/bucket/exports/a", "")
	b.clock.Advance(time.Second)
	b.want(404, "NoSuchKey", "GET", "/bucket/exports/a", "")
	b.want(200, "x", "GET", "/bucket/other", "")
	if n := b.blobCount(); n != 2 {
		t.Errorf("%d blobs, want those of two objects", n)
	}
}

func TestOldVersionsAndTheirMarkersExpire(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/bucket", "")
	b.want(200, "", "PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	b.want(200, "", "PUT", "/bucket?lifecycle", `<LifecycleConfiguration>
		<Rule><ID>old</ID><Status>Enabled</Status><Filter/><NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>
		<Rule><ID>markers</ID><Status>Enabled</Status><Filter/><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>
	</LifecycleConfiguration>`)
	for _, body := range []string{"1", "2", "3"} {
		b.want(200, "", "PUT", "/bucket/k", body)
	}
	versions := func(want int, when string) {
		t.Helper()
		if got := strings.Count(b.want(200, "", "GET", "/bucket?versions", "").Body.String(), "<VersionId>"); got != want {
			t.Errorf("%s: %d versions, want %d", when, got, want)
		}
	}
	versions(3, "at first")
	b.clock.Advance(3 * day)
	versions(2, "after two days one older version is kept")
	w := b.want(204, "", "DELETE", "/bucket/gone", "")
	if w.Header().Get("X-Amz-Delete-Marker") != "true" {
		t.Error("no delete marker was made")
	}
	versions(3, "with a marker")
	b.clock.Advance(day)
	versions(2, "a marker with no versions behind it is removed")
}
