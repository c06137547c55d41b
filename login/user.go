package login

// User is what a [LoginManager] needs to know of a user, Flask-Login's user
// object. A type of the program's own embeds [UserMixin] and adds GetID:
//
//	type User struct {
//		login.UserMixin
//		ID   int
//		Name string
//	}
//
//	func (u *User) GetID() string { return strconv.Itoa(u.ID) }
type User interface {
	// GetID is the text by which a UserLoader finds the user again, get_id():
	// it is kept in the session and in the remember cookie, where the visitor
	// can read it. See the package's alternative ids.
	GetID() string
	// IsActive reports whether the account may be used, is_active: LoginUser
	// refuses others.
	IsActive() bool
	// IsAuthenticated reports whether the user has proven who they are,
	// is_authenticated: LoginRequired asks for it.
	IsAuthenticated() bool
	// IsAnonymous reports whether this stands for a visitor who is not signed
	// in, is_anonymous.
	IsAnonymous() bool
}

// UserMixin gives a user type that embeds it everything but GetID, as
// Flask-Login's UserMixin does: a user is authenticated while active.
type UserMixin struct {
	// Inactive says that the account may not be used: it is neither active nor
	// authenticated.
	Inactive bool
}

// IsActive reports whether the account is not Inactive. A type may replace it:
// to LoginRequired and templates, a user whose replaced IsActive is false is not
// authenticated.
func (m UserMixin) IsActive() bool { return !m.Inactive }

// IsAuthenticated reports whether the account is not Inactive.
func (m UserMixin) IsAuthenticated() bool { return !m.Inactive }

// IsAnonymous is false.
func (UserMixin) IsAnonymous() bool { return false }

func (UserMixin) followsActive() {}

// authenticated is is_authenticated: in Python UserMixin's asks the user's own
// is_active, which a method of an embedded struct cannot.
func authenticated(u User) bool {
	if _, mixed := u.(interface{ followsActive() }); mixed && !u.IsActive() {
		return false
	}
	return u.IsAuthenticated()
}

// AnonymousUserMixin is a visitor who is not signed in, Flask-Login's
// AnonymousUserMixin. A type of the program's own may embed it and stand in its
// place: [LoginManager].AnonymousUser.
type AnonymousUserMixin struct{}

// GetID is "", None in Python.
func (AnonymousUserMixin) GetID() string { return "" }

// IsActive is false.
func (AnonymousUserMixin) IsActive() bool { return false }

// IsAuthenticated is false.
func (AnonymousUserMixin) IsAuthenticated() bool { return false }

// IsAnonymous is true.
func (AnonymousUserMixin) IsAnonymous() bool { return true }
