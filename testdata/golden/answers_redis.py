"""The sequences of Flask-Session over a Redis server that is started here."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time

from flask.signals import got_request_exception

from recording import answered, clock, failure, typed
from recording.transcripts import APPS, call


PUT_TTL = 3600  # seconds that a value lives which a step puts there


class Server:
    """A redis-server on a free port, until the program ends."""

    def __init__(self):
        import redis

        self.sent = []
        outer = self

        class Connection(redis.Connection):
            def send_command(self, *arguments, **options):
                outer.sent.append(list(arguments))
                super().send_command(*arguments, **options)

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder.name]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        pool = redis.ConnectionPool(connection_class=Connection, host="127.0.0.1", port=port)
        self.client = redis.Redis(connection_pool=pool)
        for _ in range(100):
            try:
                self.client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.1)
        sys.exit("redis-server does not answer")

    def content(self, codec):
        return [self.entry(key, codec) for key in sorted(self.client.keys())]

    def entry(self, key, codec):
        value = self.client.get(key)
        kind = self.client.type(key).decode()
        return {"key": key.decode(), "type": kind, "value": value.hex(), "ttl": self.client.ttl(key)} | decoded(value, codec)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def decoded(value, codec):
    try:
        return {"decoded": typed.write(codec.decode(value))}
    except ValueError:  # no such format, or text that is not UTF-8
        return {"decoded": None}


def argument(value):
    data = value if isinstance(value, bytes) else str(value).encode()
    printable = all(0x20 <= byte < 0x7F for byte in data)
    return {"text": data.decode()} if printable else {"hex": data.hex()}


def sequence(row):
    """Requests -> answers, commands and what Redis holds; other stores stay as they are."""
    if row["store"] != "redis":
        raise ModuleNotFoundError(name="flask_session")
    import redis  # noqa: F401
    import flask_session  # noqa: F401

    if not shutil.which("redis-server"):
        raise ModuleNotFoundError(name="redis")
    server = Server()
    try:
        return row | {"steps": list(steps(server, row))}
    finally:
        server.stop()


def steps(server, row):
    import msgspec

    sys.path.insert(0, str(APPS))
    from flask_session_app import create_app

    app = create_app({"SESSION_TYPE": "redis", "SESSION_REDIS": server.client} | row["config"])
    codec = getattr(msgspec, row["config"].get("SESSION_SERIALIZATION_FORMAT", "msgpack"))
    before = None
    for step in row["steps"]:
        if "put" in step:
            server.client.set(step["put"]["key"], bytes.fromhex(step["put"]["value"]), ex=PUT_TTL)
            yield step
            continue
        new = ask(server, app, step)
        held = server.content(codec)
        yield new | {"store": "unchanged" if held == before else held}
        before = held


def ask(server, app, step):
    clock.now = step["now"]
    names = ["status", "headers", "body", "exception", "commands", "generated_sids", "store"]
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
        generated_sids=drawn, exception=failure(raised[-1]) if raised else None,
        commands=[[argument(value) for value in command] for command in server.sent],
    )
    return new | {"body": None if raised else body.decode()}


def environ(step):
    from werkzeug.test import EnvironBuilder

    headers = {} if step["cookie"] is None else {"Cookie": step["cookie"]}
    return EnvironBuilder(path=step["path"], headers=headers).get_environ()
