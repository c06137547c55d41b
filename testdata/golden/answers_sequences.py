"""The sequences of Flask-Session over the servers of servers.py."""

import sys

from flask.signals import got_request_exception
from servers import KINDS
from werkzeug.test import EnvironBuilder

from recording import answered, clock, failure, typed
from recording.transcripts import APPS, call


def sequence(row):
    """Requests -> answers, commands and what the store holds; other stores stay as they are."""
    import flask_session  # noqa: F401

    if row["store"] not in KINDS:
        raise ModuleNotFoundError(name="flask_session")
    server = KINDS[row["store"]]()
    try:
        made = list(steps(server, row))
        return row | {"steps": made} | ({"create": server.created} if "create" in row else {})
    finally:
        server.stop()


def steps(server, row):
    import msgspec

    sys.path.insert(0, str(APPS))
    from flask_session_app import create_app

    app = create_app(server.config | row["config"])
    server.created = server.commands()
    codec = getattr(msgspec, row["config"].get("SESSION_SERIALIZATION_FORMAT", "msgpack"))
    before = None
    for step in row["steps"]:
        if "put" in step:
            server.put(step["put"]["key"], bytes.fromhex(step["put"]["value"]))
            yield step
            continue
        new = ask(server, app, step)
        held = [entry | {"decoded": decoded(value, codec)} for entry, value in server.content()]
        yield new | {"store": "unchanged" if held == before else held}
        before = held


def decoded(value, codec):
    try:
        return typed.write(codec.decode(value))
    except ValueError:  # no such format, or text that is not UTF-8
        return None


def ask(server, app, step):
    clock.now = step["now"]
    names = ["status", "headers", "body", "exception", server.traffic, "generated_sids", "store"]
    drawn, raised = [], []
    supply = iter(step["generated_sids"])  # random: those of the recording are drawn again
    app.session_interface._generate_sid = lambda *_: drawn.append(next(supply)) or drawn[-1]

    def note(_, exception, **__):
        raised.append(exception)

    server.sent.clear()
    with got_request_exception.connected_to(note, app):
        status, headers, body = call(app, environ(step))
    new = answered(
        step, names, status=int(status.split()[0]), headers=[list(h) for h in headers if h[0] in ("Set-Cookie", "Vary")],
        generated_sids=drawn, exception=failure(raised[-1]) if raised else None, **{server.traffic: server.commands()},
    )
    return new | {"body": None if raised else body.decode()}


def environ(step):
    headers = {} if step["cookie"] is None else {"Cookie": step["cookie"]}
    return EnvironBuilder(path=step["path"], headers=headers).get_environ()
