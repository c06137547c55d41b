"""Records what Flask's Config.from_prefixed_env makes of an environment.

    python3 testdata/env/record.py [--check]

Each vector is an environment (without the prefix FLASK_), the configuration
that was there before, and what the configuration then holds of the keys that
are named, or the class of the exception. NaN and the infinities, which JSON
cannot say, are {"float": "nan"}.
"""

import json
import math
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from recording import Table, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Flask  # noqa: E402

TEXTS = [
    "abc", '"abc"', '"0123"', "0123", "123", "null", "Null", "None", "true", "True", "TRUE", "false", "False", '"true"',
    '"false"', "", " ", " abc ", ' "abc" ', '""', "[]", "{}", '["a"]', '{"a": 1}', "1.5", "1e6", "1E3", "-5", "-0", "0", "1",
    "2", "1_000", "+5", "0x10", ".5", "5.", "1e400", "NaN", "Infinity", "-Infinity", "'abc'", '"a\\u00e9"', '"a',
    "é", '"é"', '"a\\nb"', "a b", '"a" b', "1 2", "yes", "no", "on", "off", "t", "60", "60.0", " 60 ", "\t60\n", '"60"',
    "1024", "1023.5", "16777216", "123456789012345678901234567890", "Lax", '"Lax"', "None ", '"None"', "/", '"/app"',
    "https", "a,b", "30m", "31 days", '["a", "b"]', '["a", null]', "[null]", '[""]', '["a", 1]', '"a,b"', "old,", " a , b ",
]

SCALARS = [
    "SECRET_KEY", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_DOMAIN", "APPLICATION_ROOT",
    "SERVER_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "DEBUG", "TESTING", "MAX_CONTENT_LENGTH",
    "MAX_FORM_PARTS", "PERMANENT_SESSION_LIFETIME", "SEND_FILE_MAX_AGE_DEFAULT", "SECRET_KEY_FALLBACKS", "TRUSTED_HOSTS",
    "OWN",
]

NESTED = [
    {"MAIL__PORT": "25"},
    {"MAIL__PORT": "25", "MAIL__TLS": "true", "MAIL__HOST": "a.example"},
    {"MAIL": '{"USER": "u", "PORT": 1}', "MAIL__PORT": "25"},
    {"MAIL": "{}", "MAIL__PORT": "null"},
    {"MAIL": "x", "MAIL__PORT": "25"},
    {"MAIL": '"x"', "MAIL__PORT": "25"},
    {"MAIL": "5", "MAIL__PORT": "25"},
    {"MAIL": "null", "MAIL__PORT": "25"},
    {"MAIL": "[1]", "MAIL__0": "25"},
    {"MAIL": "", "MAIL__PORT": "25"},
    {"A__B__C": "1"},
    {"A__B__C": "1", "A__B__D": "2", "A__E": "3"},
    {"A__B": "1", "A__B__C": "2"},
    {"A__B": "null", "A__B__C": "2"},
    {"A__B": '{"C": 1, "D": [1]}', "A__B__C": "2"},
    {"A": '{"B": {"C": 1}}', "A__B__D": "2", "A__B__C__E": "3"},
    {"A": '{"B": {"C": {}}}', "A__B__C__E": "3"},
    {"A__b__C": "1", "A__B__C": "2"},
    {"SECRET_KEY__X": "1"},
    {"SECRET_KEY": "a", "SECRET_KEY__X": "1"},
    {"DEBUG__X": "1"},
    {"MAX_CONTENT_LENGTH__X": "1"},
    {"SECRET_KEY_FALLBACKS__X": "1"},
    {"A__": "1"},
    {"_A": "1"},
    {"__A": "1"},
    {"A____B": "1"},
    {"A___B": "1"},
    {"A__B_": "1", "A_": "2"},
    {"A": '{"x": 1}', "A_B": "2"},
]

BEFORE = [
    ({"EXIST": {"ok": "value", "inner": {"ik": 1}}}, {"EXIST__inner__ik": "2", "EXIST__flag": "true"}),
    ({"EXIST": {"ok": "value"}}, {"EXIST": '{"new": 1}', "EXIST__b": "2"}),
    ({"EXIST": "text"}, {"EXIST__b": "2"}),
    ({"EXIST": None}, {"EXIST__b": "2"}),
    ({"EXIST": 1}, {"EXIST": "null"}),
]


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def record(env, before=None):
    os.environ.clear()
    os.environ.update({"FLASK_" + key: text for key, text in env.items()})
    app = Flask("env")
    vector = {"env": env}
    if before is not None:
        vector["before"] = json.loads(json.dumps(before))
        app.config.update(before)
    try:
        app.config.from_prefixed_env()
    except Exception as error:
        vector["error"] = type(error).__name__
    else:
        roots = {key.split("__")[0] for key in env}
        vector["config"] = {key: plain(app.config[key]) for key in sorted(roots)}
    return vector


def environments():
    """Every environment, with what the configuration had before it."""
    yield from (({key: text}, None) for key in SCALARS for text in TEXTS)
    yield from ((env, None) for env in NESTED)
    yield from ((env, before) for before, env in BEFORE)


class Environments(Table):
    """The vectors, of which the questions are here and not in the file."""

    def rows(self, name):
        old = self.data["vectors"]
        self.data["vectors"] = [{"env": env} | ({} if before is None else {"before": before}) for env, before in environments()]
        self.data["vectors"] = [same(old, row) or row for row in self.data["vectors"]]
        return super().rows(name)


def same(old, row):
    """The vector of the file that asks the same, if it has one."""
    for vector in old:
        if vector["env"] == row["env"] and vector.get("before") == row.get("before"):
            return vector
    return None


def write(data):
    lines = ",\n".join(json.dumps(vector) for vector in data["vectors"])
    return '{"versions": %s, "vectors": [\n%s\n]}\n' % (json.dumps(data["versions"]), lines)


answers = {"vectors": lambda row: record(row["env"], row.get("before"))}
run(FLASK, {"env.json": lambda: Environments(HERE / "env.json", answers, write)})
