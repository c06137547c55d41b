"""Records what templates print, or how they fail, in the real Flask.

    python3 render/jinja/testdata/record.py [--check] [FILE...]
"""

import datetime
import gettext
import itertools
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "testdata"))

from recording import Table, answered, lines, run, versions  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Flask, flash, g, render_template, session  # noqa: E402
from jinja2 import DictLoader, Environment, TemplateSyntaxError  # noqa: E402
from markupsafe import Markup, escape  # noqa: E402


class User:
    def __init__(self, username="", email="", age=0, admin=False, bio=None):
        self.username, self.email, self.age, self.admin, self.bio = username, email, age, admin, bio

    def is_adult(self):
        return self.age >= 18

    def greet(self, greeting="Hello", mark="!"):
        return f"{greeting}, {self.username}{mark}"

    def __repr__(self):
        return f"<User {self.username}>"


class Post:
    def __init__(self, title="", body="", author=None, created=None, tags=None, likes=0):
        self.title, self.body, self.author, self.created, self.likes = title, body, author, created, likes
        self.tags = [] if tags is None else tags


MARKERS = {
    "$markup": Markup,
    "$tuple": tuple,
    "$datetime": datetime.datetime.fromisoformat,
    "$user": lambda fields: User(**fields),
    "$post": lambda fields: Post(**fields),
}


def read(value):
    """A value with its markers replaced by what they stand for."""
    if isinstance(value, list):
        return [read(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1 and (marker := next(iter(value))) in MARKERS:
            return MARKERS[marker](read(value[marker]))
        return {key: read(item) for key, item in value.items()}
    return value


def brl(value):
    whole = f"{value:,.2f}"
    return "R$ " + whole.translate(str.maketrans(",.", ".,"))


def prime(n):
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def pair(*args, **kwargs):
    return "|".join([*map(str, args), *(f"{key}={kwargs[key]}" for key in sorted(kwargs))])


def nl2br(text):
    return Markup(str(escape(text)).replace("\n", "<br>\n"))


def reverse_text(text):
    return str(text)[::-1]


def add(value, n=1, times=1):
    return value + n * times


def greet(name, greeting="Hello", mark="!"):
    return f"{greeting}, {name}{mark}"


def link(href, text):
    return Markup('<a href="{}">{}</a>').format(href, text)


HOMES = {"filter": "filters", "test": "tests", "func": "globals"}
EXTRAS = {extra.__name__: extra for extra in (nl2br, reverse_text, brl, add, prime, greet, link, pair)}


def program(case):
    """A Flask application with the case's templates and surroundings."""
    app = Flask("case")
    app.secret_key = "key"
    app.config.update(case.get("config", {}))
    app.jinja_loader = DictLoader(case["templates"])
    for endpoint, rule in case.get("routes", {}).items():
        app.add_url_rule(rule, endpoint, lambda **_: "")
    for extra in case.get("uses", []):
        kind, name = extra.split(":")
        getattr(app.jinja_env, HOMES[kind])[name] = EXTRAS[name]
    return app


def render(case):
    request = case.get("request", {})
    arguments = {"method": request.get("method", "GET"), "data": request.get("form"), "headers": request.get("headers")}
    with program(case).test_request_context(request.get("url", "/"), **arguments):
        session.update(read(case.get("session", {})))
        for name, value in read(case.get("g", {})).items():
            setattr(g, name, value)
        for category, message in case.get("flashes", []):
            flash(message, category)
        return render_template(case["main"], **read(case["context"]))


def answer(case):
    try:
        printed = render(case)
    except Exception as error:
        return answered(case, ["expect", "error"], error=described(error, case)) | {"expect": None}
    return answered(case, ["expect", "error"], expect=printed)


def described(error, case):
    """The exception and its place.

    The place of one while rendering is the template that was asked for, and the
    last line of a template in the traceback: 0 where none has begun to run.
    """
    if isinstance(error, TemplateSyntaxError):
        # An unfinished comment is one of the errors for which Jinja forgets the name.
        place = {"template": error.name or case["main"], "line": error.lineno}
        return {"type": type(error).__name__, "message": error.message} | place
    place = {"template": case["main"], "line": 0} if case["main"] in case["templates"] else {}
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == "<template>":
            place["line"] = at.tb_lineno
        at = at.tb_next
    return {"type": type(error).__name__, "message": str(error)} | place


class Catalog:
    """Translations out of a row of the file, by the rules of Python's gettext."""

    def __init__(self, row):
        self.forms, self.plural = row["messages"], gettext.c2py(row["plural"])

    def gettext(self, message):
        forms = self.forms.get(message)
        if forms is None:
            return message
        return forms[0] if len(forms) == 1 else forms[self.plural(1)]

    def ngettext(self, singular, plural, n):
        forms = self.forms.get(singular, [])
        form = self.plural(n)
        if len(forms) > 1 and form < len(forms):
            return forms[form]
        return singular if n == 1 else plural

    def pgettext(self, context, message):
        forms = self.forms.get(f"{context}\x04{message}", [])
        return forms[0] if len(forms) == 1 else message

    def npgettext(self, context, singular, plural, n):
        form = self.ngettext(f"{context}\x04{singular}", plural, n)
        return form.removeprefix(f"{context}\x04")


def environment(case, catalogs):
    """An environment with the extensions and delimiters that a case asks for."""
    asked = case["environment"]
    env = Environment(
        loader=DictLoader(case["templates"]),
        extensions=[f"jinja2.ext.{name}" for name in asked["extensions"]],
        autoescape=lambda name: name is None or name.endswith(".html"),
        **asked.get("options", {}),
    )
    if "i18n" in asked["extensions"]:
        env.policies["ext.i18n.trimmed"] = asked.get("trimmed", False)
        env.install_gettext_translations(Catalog(catalogs[asked["catalog"]]), newstyle=asked["newstyle"])
    calls = itertools.count(1)
    env.globals.update(counter=lambda: next(calls), shout=lambda text: text.upper() + "!<")
    return env


def extended(case):
    """Renders in an environment of its own, without Flask."""
    try:
        printed = environment(case, EXTENSIONS["catalogs"]).get_template(case["main"]).render(**read(case["context"]))
    except Exception as error:
        return answered(case, ["expect", "error"], error=described(error, case)) | {"expect": None}
    return answered(case, ["expect", "error"], expect=printed)


EXTENSIONS = json.loads((HERE / "extensions.json").read_text(encoding="utf-8"))


def indented(data):
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


# MarkupSafe 2.1.2, which the cases were recorded with, does not escape what is
# looked for by replace in a safe text; MarkupSafe 3 does.
KNOWN = {} if versions.found("markupsafe").startswith("2.") else {(None, "hard-replace-markup"): "MarkupSafe 3 escapes the text to replace"}

run(FLASK, {
    "cases.json": lambda: Table(HERE / "cases.json", {None: answer}, indented, KNOWN),
    "more.json": lambda: Table(HERE / "more.json", {None: answer}, lines),
    "extensions.json": lambda: Table(HERE / "extensions.json", {"cases": extended}, lines),
})
