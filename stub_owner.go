package cantil

import "strconv"

// HTTPError stands in for the real type until this branch is merged.
type HTTPError struct {
	Code        int
	Description string
}

func (e *HTTPError) Error() string { return "cantil: " + strconv.Itoa(e.Code) + " " + e.Description }

// Abort stands in for the real function until this branch is merged.
func Abort(code int, description ...string) error {
	e := &HTTPError{Code: code}
	if len(description) > 0 {
		e.Description = description[0]
	}
	return e
}

func badRequestKey(key string) *HTTPError {
	return &HTTPError{Code: 400, Description: "KeyError: " + key}
}
