"""Records what Flask-CORS answers to requests from other sites.

    python3 cors/testdata/record.py [--check]

A row of cors.json is a program in short: where Flask-CORS is used (the app, a
blueprint, a view), its keyword arguments, the configuration, a request. The
answer is its status and the headers of CORS.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "testdata"))

from recording import Table, lines, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Blueprint, Flask, abort  # noqa: E402


def decoded(value):
    """{"re": text} is a compiled expression."""
    if isinstance(value, dict):
        return re.compile(value["re"]) if set(value) == {"re"} else {key: decoded(v) for key, v in value.items()}
    return [decoded(v) for v in value] if isinstance(value, list) else value


def program(where, options, config):
    from flask_cors import CORS, cross_origin

    app = Flask("cors")
    app.config.update(decoded(config))
    options = decoded(options)
    decorate = cross_origin(**options) if where == "view" else lambda view: view
    part = Blueprint("part", "part", url_prefix="/part")

    @part.get("/itens")
    @app.route("/api/itens", methods=["GET", "POST"])
    @decorate
    def itens():
        return "itens"

    @app.get("/other")
    def other():
        return "other"

    @app.get("/own")
    def own():
        return "own", 200, {"Access-Control-Allow-Origin": "https://own.example"}

    @app.get("/broken")
    def broken():
        abort(418)

    if where == "blueprint":
        CORS(part, **options)
    elif where == "app":
        CORS(app, **options)
    app.register_blueprint(part)
    return app


def answer(row):
    try:
        app = program(row["where"], row["options"], row["config"])
    except ValueError as error:
        return dict(row, answer={"error": type(error).__name__})
    method, path, headers = row["request"]
    response = app.test_client().open(path, method=method, headers=headers)
    shown = sorted([name, value] for name, value in response.headers if name.startswith("Access-Control-") or name == "Vary")
    said = {"status": response.status_code, "headers": shown}
    if "Allow" in response.headers:
        said["allow"] = sorted(response.headers["Allow"].split(", "))
    return dict(row, answer=said)


if __name__ == "__main__":
    run(FLASK + ["flask_cors"], {"cors.json": lambda: Table(HERE / "cors.json", {"rows": answer}, lines)})
