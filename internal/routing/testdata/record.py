"""Records what Werkzeug and Python answer about rules, paths and URLs.

    python3 internal/routing/testdata/record.py [--check] [FILE...]
"""

import difflib
import json
import sys
import uuid
from pathlib import Path
from urllib.parse import urljoin

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "testdata"))

from recording import Table, answered, lines, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Flask  # noqa: E402
from werkzeug.exceptions import MethodNotAllowed, NotFound  # noqa: E402
from werkzeug.routing import BaseConverter, BuildError, Map, RequestRedirect, Rule, ValidationError  # noqa: E402
from werkzeug.routing.rules import parse_converter_args  # noqa: E402
from werkzeug.urls import iri_to_uri  # noqa: E402


class Hex(BaseConverter):
    regex = "[0-9a-f]+"
    weight = 60

    def to_python(self, value):
        if len(value) >= 8:
            raise ValidationError
        return int(value, 16)

    def to_url(self, value):
        if not isinstance(value, int):
            raise ValidationError
        return f"{value:x}"


class Slug(BaseConverter):
    regex = "[a-z]+(?:-[a-z]+)*"


class Plain(BaseConverter):
    pass


class Multi(BaseConverter):
    regex = "[a-z]+(?:/[a-z]+)*"
    part_isolating = False
    weight = 150

    def to_python(self, value):
        return value.replace("/", "+")

    def to_url(self, value):
        return str(value).replace("+", "/")


CONVERTERS = {"hex": Hex, "slug": Slug, "plain": Plain, "multi": Multi}


def read(typed):
    """A value from an object whose only key is its type."""
    (kind, text), = typed.items()
    if kind == "l":
        return [read(item) for item in text]
    return {"i": int, "f": float, "s": str, "u": uuid.UUID, "b": bool, "n": lambda _: None}[kind](text)


def write(value):
    if value is None:
        return {"n": 1}
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, list):
        return {"l": [write(item) for item in value]}
    kind = {int: "i", float: "f", str: "s", uuid.UUID: "u"}[type(value)]
    return {kind: str(value)}


def rule_of(row):
    options = {"strict_slashes": row.get("strict"), "merge_slashes": row.get("merge")}
    if "defaults" in row:
        options["defaults"] = {name: read(value) for name, value in row["defaults"]}
    return Rule(
        row["rule"], endpoint=row["endpoint"], methods=row.get("methods"), redirect_to=row.get("redirect_to"),
        alias=row.get("alias", False), build_only=row.get("build_only", False), **options,
    )


def rule_set(row):
    """Rules, and what paths and URLs come to with them."""
    rules = Map(strict_slashes=row["strict"], merge_slashes=row["merge"], redirect_defaults=row["redirect_defaults"])
    rules.converters = {**rules.default_converters, **CONVERTERS}
    added = []
    try:
        for rule in row["rules"]:
            added.append(rule_of(rule))
            rules.add(added[-1])
    except Exception as error:
        return answered(row, ["error", "match", "build"], error=f"{type(error).__name__}: {error}")
    app = Flask("rules")
    app.url_map = rules
    match = [answered(case, ["want"], want=matched(rules, added, case)) for case in row.get("match", [])]
    build = [answered(case, ["want"], want=built(app, case)) for case in row.get("build", [])]
    return row | {"match": match, "build": build}


def matched(rules, added, case):
    adapter = rules.bind("localhost", script_name=case["script"], url_scheme=case["scheme"], query_args=case["query"])
    try:
        rule, arguments = adapter.match(case["path"], method=case["method"], return_rule=True)
    except RequestRedirect as redirect:
        return {"location": redirect.new_url}
    except MethodNotAllowed as error:
        return {"allowed": sorted(error.valid_methods)}
    except NotFound:
        return {"notfound": True}
    except Exception as error:
        return {"crash": f"{type(error).__name__}: {error}"}
    # Rules with the same pieces are equal: the one that matched is meant.
    index = next(i for i, one in enumerate(added) if one is rule)
    return {"rule": index, "args": {name: write(value) for name, value in arguments.items()}}


def built(app, case):
    values = {name: read(value) for name, value in case["values"]}
    base = f"{case['scheme']}://{case['host']}{case['script']}"
    with app.test_request_context("/", base_url=base, method=case["method"]):
        try:
            return {"url": app.url_for(case["endpoint"], **values)}
        except BuildError as error:
            return {"builderror": True, "suggested": error.suggested.endpoint if error.suggested else ""}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


def fact(ask):
    """A function that answers a row of python.json by asking."""
    def answer(row):
        try:
            return answered(row, ["value", "error"], value=ask(row))
        except Exception as error:
            return answered(row, ["value", "error"], error=type(error).__name__)
    return answer


def arguments(row):
    positional, named = parse_converter_args(row["in"])
    return {"positional": [write(value) for value in positional], "named": [[name, write(value)] for name, value in named.items()]}


def trace(row):
    rule = Rule(row["in"], endpoint="e")
    Map([rule])
    return [list(piece) for piece in rule._trace]


FACTS = {
    "args": fact(arguments),
    "rules": fact(trace),
    "utf8": fact(lambda row: bytes.fromhex(row["in"]).decode(errors="replace")),
    "int": fact(lambda row: str(int(row["in"]))),
    "float": fact(lambda row: str(float(row["in"]))),
    "repr": fact(lambda row: repr(float.fromhex(row["in"]))),
    "iri": fact(lambda row: iri_to_uri(row["in"])),
    "join": fact(lambda row: urljoin("http://localhost/app/", row["in"])),
    "ratio": fact(lambda row: repr(difflib.SequenceMatcher(None, row["in"], row["in2"]).ratio())),
}


def write_sets(data):
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in data["sets"])
    return f'{{"made_with": {json.dumps(data["made_with"])}, "sets": [\n{rows}\n]}}\n'


run(FLASK, {
    "python.json": lambda: Table(HERE / "python.json", FACTS, lines),
    "werkzeug.json": lambda: Table(HERE / "werkzeug.json", {"sets": rule_set}, write_sets),
})
