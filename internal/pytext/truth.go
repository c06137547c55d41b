package pytext

import "reflect"

// Truth is bool(v) for the types of Go in which Python's values arrive:
// nothing, false, the numbers that are zero, and texts, lists and mappings
// without anything in them are false. All other objects are true.
func Truth(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Invalid:
		return false
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return r.Len() > 0
	case reflect.Struct:
		return true
	default:
		return !r.IsZero()
	}
}
