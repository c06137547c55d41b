"""Records what Flask-Limiter answers, request by request.

    python3 limiter/testdata/record.py [--check]

A row of limiter.json's "texts" is a text with limits, and what limits reads in
it. A row of "visits" is the configuration of one site, which is below, and
requests at given times; the answer is the status of each and its headers.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "testdata"))

from recording import Table, clock, lines, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Blueprint, Flask, request  # noqa: E402

START = 1735689600.5
HEADERS = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"]


def texts(row):
    import limits

    try:
        read = [[item.amount, item.multiples, item.GRANULARITY.name] for item in limits.parse_many(row["text"])]
    except ValueError:
        read = None
    return dict(row, read=read)


def program(options):
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address

    app = Flask("limiter")
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=True, **options)
    app.limiter = limiter  # decorators refer to it weakly

    def page(path, decorate=lambda view: view, methods=("GET",), on=app, **more):
        def view():
            return "page"

        view.__name__ = path.strip("/").replace("/", "_") or "index"
        on.route(path, methods=list(methods), **more)(decorate(view))

    page("/plain")
    page("/three", limiter.limit("3/minute"))
    page("/both", limiter.limit("5/minute", override_defaults=False))
    page("/stacked", lambda view: limiter.limit("4/hour")(limiter.limit("1/second")(view)))
    page("/exempt", limiter.exempt)
    page("/when", limiter.limit("1/minute", exempt_when=lambda: "me" in request.args))
    page("/post", limiter.limit("1/minute", methods=["post"]), methods=("GET", "POST"))
    page("/each", limiter.limit("2/minute", per_method=True), methods=("GET", "POST"))
    page("/a", limiter.shared_limit("3/minute", scope="ab"))
    page("/b", limiter.shared_limit("3/minute", scope="ab"))
    page("/cost", limiter.limit("5/minute", cost=2))
    page("/message", limiter.limit("1/minute", error_message="too fast"))
    page("/user", limiter.limit("2/minute", key_func=lambda: request.args.get("user", "nobody")))
    part = Blueprint("part", "part", url_prefix="/part")
    page("/in", on=part)
    page("/own", limiter.limit("2/minute"), on=part)
    limiter.limit("1/minute")(part)
    app.register_blueprint(part)
    return app


def visits(row):
    clock.now = START
    client = program(row["options"]).test_client()
    answers = []
    for at, method, path, address in row["requests"]:
        clock.now = START + at
        response = client.open(path, method=method, environ_base={"REMOTE_ADDR": address})
        body = response.get_data(as_text=True) if response.status_code == 429 and path == "/message" else None
        answers.append([response.status_code, [response.headers.get(name, "") for name in HEADERS]] + ([body.split("<p>")[1].split("</p>")[0]] if body else []))
    return dict(row, answers=answers)


if __name__ == "__main__":
    clock.PACKAGES += ("limits", "flask_limiter")
    run(FLASK + ["flask_limiter", "limits"], {"limiter.json": lambda: Table(HERE / "limiter.json", {"texts": texts, "visits": visits}, lines)})
