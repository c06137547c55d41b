package conformance

import "github.com/cantil-go/cantil"

// programs are those of testdata/golden/apps, ported line by line as a user would:
// one file a program, one route a route. Python spells some answers (None, True,
// [8]); apps_python_test.go spells them alike.
var programs = map[string]func() *cantil.App{
	"apps/blueprints.py":              blueprints,
	"apps/config_app.py":              configApp,
	"apps/cookies.py":                 cookies,
	"apps/course_cookies_secure.py":   courseCookiesSecure,
	"apps/course_list.py":             courseList,
	"apps/course_login_incomplete.py": courseLoginIncomplete,
	"apps/course_login_submit.py":     courseLoginSubmit,
	"apps/course_maria.py":            courseMaria,
	"apps/course_names.py":            courseNames,
	"apps/course_permanent.py":        coursePermanent,
	"apps/course_ru.py":               courseRu,
	"apps/course_sessions.py":         courseSessions,
	"apps/errors.py":                  errorsApp,
	"apps/errors_http.py":             errorsHTTP,
	"apps/hooks.py":                   hooks,
	"apps/request_data.py":            requestData,
	"apps/responses.py":               responses,
	"apps/routing.py":                 routing,
	"apps/session_big.py":             sessionBig,
	"apps/session_blueprint.py":       sessionBlueprint,
	"apps/session_errors.py":          sessionErrors,
	"apps/session_flash.py":           sessionFlash,
	"apps/session_hooks.py":           sessionHooks,
	"apps/session_nokey.py":           sessionNokey,
	"apps/session_ops.py":             sessionOps,
	"apps/session_request_cycle.py":   sessionRequestCycle,
	"apps/session_template.py":        sessionTemplate,
	"apps/session_types.py":           sessionTypes,
	"apps/session_vary.py":            sessionVary,
	"apps/static_files.py":            staticFiles,
	"apps/templates_basic.py":         templatesBasic,
	"apps/urlfor.py":                  urlFor,
}
