package sendfile

import (
	"strings"
	"sync"
)

// guessType gives the media type and the encoding ("gzip") that a file's name
// speaks of, as Python's mimetypes.guess_type does; either is "" if the name
// says nothing. It knows Python's own table and the usual types that Python
// leaves to the machine's mime.types, so the answer is the same on every
// machine.
func guessType(name string) (mediaType, encoding string) {
	if colon := strings.IndexByte(name, ':'); colon > 0 && strings.IndexByte(name[:colon], '/') < 0 {
		name = name[colon+1:] // mimetypes takes the name for a URL
	}
	base, ext := splitExt(name)
	if long, ok := mimeSuffix[strings.ToLower(ext)]; ok {
		base, ext = splitExt(base + long)
	}
	if encoding = mimeEncoding[ext]; encoding != "" {
		_, ext = splitExt(base)
	}
	return mimeTypes()[strings.ToLower(ext)], encoding
}

// splitExt splits a name before its last dot; dots at the start of the name
// begin no extension.
func splitExt(name string) (base, ext string) {
	start := strings.LastIndexByte(name, '/') + 1
	dot := strings.LastIndexByte(name, '.')
	if dot < start || strings.Trim(name[start:dot], ".") == "" {
		return name, ""
	}
	return name[:dot], name[dot:]
}

// Type gives the Content-Type and the Content-Encoding of a file by its name,
// as send_file does: an unknown type is application/octet-stream.
func Type(name string) (contentType, encoding string) {
	mediaType, encoding := guessType(name)
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	return WithCharset(mediaType), encoding
}

// WithCharset adds "; charset=utf-8" to a media type that is text
// (get_content_type).
func WithCharset(mediaType string) string {
	switch {
	case strings.HasPrefix(mediaType, "text/"), strings.HasSuffix(mediaType, "+xml"):
		return mediaType + "; charset=utf-8"
	}
	switch mediaType {
	case "application/ecmascript", "application/javascript", "application/sql", "application/xml", "application/xml-dtd",
		"application/xml-external-parsed-entity":
		return mediaType + "; charset=utf-8"
	}
	return mediaType
}

// mimeSuffix are endings that stand for two.
var mimeSuffix = map[string]string{".svgz": ".svg.gz", ".tgz": ".tar.gz", ".taz": ".tar.gz", ".tz": ".tar.gz",
	".tbz2": ".tar.bz2", ".txz": ".tar.xz"}

// mimeEncoding are endings that speak of an encoding; their case counts.
var mimeEncoding = map[string]string{".gz": "gzip", ".Z": "compress", ".bz2": "bzip2", ".xz": "xz", ".br": "br"}

var mimeTypes = sync.OnceValue(func() map[string]string {
	types := map[string]string{}
	for row := range strings.SplitSeq(mimeTable, ";") {
		words := strings.Fields(row)
		for _, ext := range words[1:] {
			types["."+ext] = words[0]
		}
	}
	return types
})

// mimeTable lists each media type with its endings.
const mimeTable = `
application/atom+xml atom; application/epub+zip epub; application/java-archive jar; application/json json;
application/ld+json jsonld; application/manifest+json webmanifest; application/msword doc dot wiz;
application/n-quads nq; application/n-triples nt; application/octet-stream a bin dll exe o obj so;
application/oda oda; application/pdf pdf; application/pkcs7-mime p7c; application/postscript ai eps ps;
application/sql sql; application/trig trig; application/vnd.android.package-archive apk;
application/vnd.apple.mpegurl m3u m3u8; application/vnd.debian.binary-package deb;
application/vnd.google-earth.kml+xml kml; application/vnd.ms-excel xlb xls; application/vnd.ms-fontobject eot;
application/vnd.ms-powerpoint pot ppa pps ppt pwz; application/vnd.oasis.opendocument.presentation odp;
application/vnd.oasis.opendocument.spreadsheet ods; application/vnd.oasis.opendocument.text odt;
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx;
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx;
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx; application/vnd.rar rar;
application/wasm wasm; application/x-7z-compressed 7z; application/x-bcpio bcpio; application/x-cpio cpio;
application/x-csh csh; application/x-dvi dvi; application/x-gtar gtar; application/x-hdf hdf; application/x-hdf5 h5;
application/x-latex latex; application/x-mif mif; application/x-netcdf cdf nc; application/x-pkcs12 p12 pfx;
application/x-pn-realaudio ram; application/x-python-code pyc pyo; application/x-sh sh; application/x-shar shar;
application/x-shockwave-flash swf; application/x-sv4cpio sv4cpio; application/x-sv4crc sv4crc; application/x-tar tar;
application/x-tcl tcl; application/x-tex tex; application/x-texinfo texi texinfo; application/x-troff roff t tr;
application/x-troff-man man; application/x-troff-me me; application/x-troff-ms ms; application/x-ustar ustar;
application/x-wais-source src; application/xhtml+xml xht xhtml; application/xml rdf wsdl xpdl xsl;
application/xml-dtd dtd; application/zip zip; audio/3gpp 3gp 3gpp; audio/3gpp2 3g2 3gpp2;
audio/aac aac adts ass loas; audio/basic au snd; audio/flac flac; audio/mp4 m4a; audio/mpeg mp2 mp3;
audio/ogg oga ogg; audio/opus opus; audio/x-aiff aif aifc aiff; audio/x-pn-realaudio ra; audio/x-wav wav;
font/otf otf; font/ttf ttf; font/woff woff; font/woff2 woff2; image/avif avif; image/bmp bmp; image/gif gif;
image/heic heic; image/heif heif; image/ief ief; image/jpeg jpe jpeg jpg; image/png png; image/svg+xml svg;
image/tiff tif tiff; image/vnd.adobe.photoshop psd; image/vnd.microsoft.icon ico; image/webp webp;
image/x-cmu-raster ras; image/x-portable-anymap pnm; image/x-portable-bitmap pbm; image/x-portable-graymap pgm;
image/x-portable-pixmap ppm; image/x-rgb rgb; image/x-xbitmap xbm; image/x-xpixmap xpm; image/x-xwindowdump xwd;
message/rfc822 eml mht mhtml nws; text/calendar ics; text/css css; text/csv csv; text/html htm html;
text/javascript js mjs; text/markdown markdown md; text/n3 n3; text/plain bat c h ksh pl srt text txt;
text/richtext rtx; text/rtf rtf; text/tab-separated-values tsv; text/vtt vtt; text/x-python py; text/x-rst rst;
text/x-setext etx; text/x-sgml sgm sgml; text/x-vcard vcf; text/xml xml; video/mp4 mp4;
video/mpeg m1v mpa mpe mpeg mpg; video/ogg ogv; video/quicktime mov qt; video/webm webm; video/x-flv flv;
video/x-matroska mkv; video/x-msvideo avi; video/x-sgi-movie movie`
