package pytext

import "unicode"

// IsIdentifier is str.isidentifier.
func IsIdentifier(s string) bool {
	for i, r := range s {
		switch {
		case r == '_' || unicode.In(r, unicode.L, unicode.Nl):
		case i > 0 && unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc):
		default:
			return false
		}
	}
	return s != ""
}
