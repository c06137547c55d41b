package urls

import "testing"

// TestEmptyAuthority compares with Werkzeug's iri_to_uri: "//" stays, or is
// written, for the schemes that urllib knows to have an authority.
func TestEmptyAuthority(t *testing.T) {
	for iri, want := range map[string]string{
		"itms-services://?action=download-manifest&url=https://a.example/b.plist": "itms-services://?action=download-manifest&url=https://a.example/b.plist",
		"itms-services:?a":  "itms-services://?a",
		"file:///a":         "file:///a",
		"FILE:///a":         "file:///a",
		"ftp:///x":          "ftp:///x",
		"ftp://?x":          "ftp://?x",
		"rtsp://?x":         "rtsp://?x",
		"sftp:///x":         "sftp:///x",
		"svn+ssh:///x":      "svn+ssh:///x",
		"ws://?a":           "ws://?a",
		"http:x":            "http:///x",
		"myapp:///x":        "myapp:/x",
		"magnet:?xt=a":      "magnet:?xt=a",
		"mailto:a@b.c":      "mailto:a@b.c",
		"data:text/plain,a": "data:text/plain,a",
		"tel:+1":            "tel:+1",
		"intent:#a;end":     "intent:#a;end",
	} {
		if got := IRIToURI(iri); got != want {
			t.Errorf("%q is %q, want %q", iri, got, want)
		}
	}
}
