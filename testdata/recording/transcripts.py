"""Sends the requests of a transcript to its program under the real Flask."""

import contextlib
import importlib.util
import io
import json
import os
import shutil
import sys
import tempfile
import types
import warnings
import zlib
from pathlib import Path
from urllib.parse import unquote_to_bytes

from flask.signals import got_request_exception

from . import clock, mime, typed

APPS = Path(__file__).resolve().parents[1] / "golden" / "apps"
MODIFIED = 1700000000  # of every file in apps/static


class Programs:
    """A copy of the programs whose files have the recorded age."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.apps = Path(self.folder.name) / "apps"
        shutil.copytree(APPS, self.apps, ignore=shutil.ignore_patterns("__pycache__"))
        self.etags = {}
        for path in (self.apps / "static").rglob("*"):
            os.utime(path, (MODIFIED, MODIFIED))
            if path.is_file():
                etag = f"{float(MODIFIED)}-{path.stat().st_size}-{zlib.adler32(os.fsencode(path)) & 0xFFFFFFFF}"
                self.etags[f"<etag:{path.name}>"] = etag
        sys.path.insert(0, str(self.apps))
        sys.dont_write_bytecode = True
        mime.fix()

    def load(self, name):
        """Runs a program anew, so that its module state is fresh."""
        path = self.apps.parent / name
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.app

    def answer(self, transcript):
        """The transcript with the answers of the real Flask."""
        app = self.load(transcript["app"])
        for key, value in transcript["config"].items():
            app.config[key] = setting(value)
        for key, value in transcript.get("json_provider", {}).items():
            setattr(app.json, key, value)
        if transcript["session_serializer"] == "msgpack":
            from msgpack_interface import MsgpackSessionInterface

            app.session_interface = MsgpackSessionInterface()
        transcript["steps"] = [self.step(app, step) for step in transcript["steps"]]
        return transcript

    def step(self, app, step):
        clock.now = step["now"]
        new = {"now": step["now"], "request": step["request"], "response": None}
        raised = []

        def note(_, exception, **__):
            raised.append(exception)

        asked = {name: step[name] for name in ("level", "note", "random") if name in step}
        with got_request_exception.connected_to(note, app), warnings.catch_warnings(record=True) as warned, drawing(step):
            warnings.simplefilter("always")
            status, headers, body = call(app, self.environ(step["request"]))
        new["response"] = self.response(status, headers, body)
        if raised:
            new["exception"] = {"type": type(raised[-1]).__name__, "message": str(raised[-1])}
        if warned:
            new["warnings"] = [str(warning.message) for warning in warned]
        return new | session_of(app, headers) | asked

    def environ(self, request):
        path, _, query = request["target"].partition("?")
        body = bytes_of(request["body"])
        environ = {
            "REQUEST_METHOD": request["method"], "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query, "REQUEST_URI": request["target"], "RAW_URI": request["target"],
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": request.get("remote_addr", "127.0.0.1"),
            "SERVER_NAME": "localhost", "SERVER_PORT": {"http": "80", "https": "443"}[request["scheme"]],
            "wsgi.url_scheme": request["scheme"], "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }
        for name, value in request["headers"]:
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
            for sign, etag in self.etags.items():
                value = value.replace(sign, etag)
            environ[key] = environ[key] + ("; " if name == "Cookie" else ",") + value if key in environ else value
        return environ

    def response(self, status, headers, body):
        code, _, reason = status.partition(" ")
        shown = []
        for name, value in headers:
            if name == "Date":
                continue
            if name == "Allow":
                value = ", ".join(sorted(value.split(", ")))
            if name == "ETag":
                for sign, etag in self.etags.items():
                    value = value.replace(etag, sign)
            shown.append([name, value])
        return {"status": int(code), "reason": reason, "headers": shown, "body": body_of(body)}


@contextlib.contextmanager
def drawing(step):
    """Has Flask-WTF draw the value that it drew when the step was recorded."""
    if "random" not in step:
        yield
        return
    from flask_wtf import csrf

    drawn = types.SimpleNamespace(hexdigest=lambda: step["random"]["value"])
    real, csrf.hashlib = csrf.hashlib, types.SimpleNamespace(sha1=lambda _: drawn)
    try:
        yield
    finally:
        csrf.hashlib = real


def setting(value):
    if isinstance(value, dict):
        return typed.secret(value)
    return [setting(item) for item in value] if isinstance(value, list) else value


def call(app, environ):
    answer = []

    def start_response(status, headers, exc_info=None):
        answer[:] = [status, headers]

    chunks = app(environ, start_response)
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return *answer, body


def bytes_of(body):
    if body is None:
        return b""
    return body["text"].encode() if "text" in body else bytes.fromhex(body["hex"])


def body_of(body):
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"hex": body.hex()}


def session_of(app, headers):
    """What the session cookie holds, if one was set."""
    name = app.config["SESSION_COOKIE_NAME"]
    for key, line in headers:
        if key == "Set-Cookie" and line.startswith(name + "="):
            value = line[len(name) + 1 :].partition(";")[0]
            if value:
                held = app.session_interface.get_signing_serializer(app).loads(value)
                return {"session": typed.write(held)} | ({"session_compressed": True} if value.startswith(".") else {})
    return {}


def answer():
    """A function that answers a transcript, as a Table wants it."""
    return Programs().answer


def write(data):
    """A transcript on each line."""
    dump = lambda value: json.dumps(value, ensure_ascii=False)  # noqa: E731
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in data["transcripts"])
    head = f'{{"format":{dump(data["format"])},"versions":{dump(data["versions"])},"transcripts":[\n'
    return head + rows + "\n]}\n"
