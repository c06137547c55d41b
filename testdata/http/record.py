"""Records what Flask and Werkzeug make of odd input, and more transcripts.

    python3 testdata/http/record.py [--check] [FILE...]
"""

import io
import json
import struct
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from recording import Table, clock, mime, one_line, run, transcripts  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Flask, request, send_file  # noqa: E402
from werkzeug import http  # noqa: E402
from werkzeug.exceptions import HTTPException, default_exceptions  # noqa: E402
from werkzeug.security import safe_join  # noqa: E402
from werkzeug.wrappers import Request, Response  # noqa: E402

app = Flask(__name__)


def cookies_parse(row):
    """[header in hexadecimal, [[name, value], ...]]"""
    environ = {"HTTP_COOKIE": bytes.fromhex(row[0]).decode("latin-1")}
    return [row[0], [list(pair) for pair in Request(environ).cookies.items(multi=True)]]


def cookies_dump(row):
    """[name, value, options, Set-Cookie line or null]"""
    name, value, options, _ = row
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            line = http.dump_cookie(name, value, **options)
    except Exception:
        line = None
    return [name, value, options, line]


def description(row):
    """[status, description]"""
    return [row[0], default_exceptions[int(row[0])].description]


def conditional(row):
    """[etag, Last-Modified, length, request headers, [status, Content-Range]]"""
    etag, modified, length, headers, _ = row
    response = Response(b"x" * length)
    response.headers["ETag"] = etag
    if modified:
        response.headers["Last-Modified"] = modified
    environ = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    environ["REQUEST_METHOD"] = "GET"
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=length)
    except HTTPException as error:
        response = error.get_response(environ)
    return [*row[:4], [response.status_code, response.headers.get("Content-Range", "")]]


def sent(name, attachment=False):
    with app.test_request_context():
        return send_file(io.BytesIO(b""), download_name=name, as_attachment=attachment, etag=False)


def content_type(row):
    """[file name, Content-Type, Content-Encoding]"""
    response = sent(row[0])
    return [row[0], response.headers["Content-Type"], response.headers.get("Content-Encoding", "")]


def disposition(row):
    """[file name, as an attachment, Content-Disposition]"""
    response = sent(row[0], row[1])
    return [row[0], row[1], response.headers.get("Content-Disposition", "")]


def join(row):
    """[folder, path, joined or null]"""
    return [row[0], row[1], safe_join(row[0], row[1])]


def query(row):
    """[query in hexadecimal, [[name, value], ...]]"""
    environ = {"QUERY_STRING": bytes.fromhex(row[0]).decode("latin-1")}
    return [row[0], [list(pair) for pair in Request(environ).args.items(multi=True)]]


def form(row):
    """[Content-Type, body in hexadecimal, [content, memory, parts], form and files or status]"""
    content_type, body, limits, _ = row
    body = bytes.fromhex(body)
    keys = ["MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE", "MAX_FORM_PARTS"]
    fresh = Flask(__name__)
    fresh.config.update(zip(keys, limits))
    with fresh.test_request_context("/", method="POST", input_stream=io.BytesIO(body)) as context:
        environ = context.request.environ
        environ["CONTENT_LENGTH"] = str(len(body))
        if content_type is not None:
            environ["CONTENT_TYPE"] = content_type
        try:
            # A part without a name has None for it; here that is "".
            answer = {"form": [[name or "", text] for name, text in request.form.items(multi=True)], "files": files()}
        except HTTPException as error:
            answer = {"status": error.code}
    return [*row[:3], answer]


def files():
    return [[f.name, f.filename, f.content_type or "", f.mimetype, f.content_length, f.read().hex()]
            for _, f in request.files.items(multi=True)]


def options(row):
    """[header, value, options]"""
    value, found = http.parse_options_header(row[0])
    return [row[0], value, found]


def date(row):
    """[header, Unix seconds or null]"""
    parsed = http.parse_date(row[0])
    return [row[0], None if parsed is None else int(parsed.timestamp())]


def formatted(row):
    """[Unix seconds, header]"""
    return [row[0], http.http_date(row[0])]


def integer(row):
    """[text, what int() makes of it in decimal, or null]"""
    try:
        return [row[0], str(int(row[0]))]
    except ValueError:
        return [row[0], None]


def vary(row):
    """[header, header once Cookie is in it]"""
    response = Response()
    response.headers["Vary"] = row[0]
    response.vary.add("Cookie")
    return [row[0], response.headers["Vary"]]


def dumps(row):
    """[text of jsonify, text without ASCII escapes, text of debug mode's indent]; the value is read from the first"""
    value = json.loads(row[0])
    made = []
    for settings in [{}, {"ensure_ascii": False}]:
        provider = Flask(__name__).json
        vars(provider).update(settings)
        made.append(provider.dumps(value, separators=(",", ":")))
    with app.test_request_context():
        jsonified = app.json.response(value).get_data(as_text=True)
    return [jsonified, made[1], app.json.dumps(value, indent=2)]


def number(row):
    """[IEEE 754 bits in hexadecimal, JSON]"""
    return [row[0], app.json.dumps(struct.unpack(">d", bytes.fromhex(row[0]))[0])]


FILES = {
    "cookies.json": {"parse": cookies_parse, "dump": cookies_dump},
    "descriptions.json": {None: description},
    "files.json": {"conditional": conditional, "mimes": content_type, "dispositions": disposition, "joins": join},
    "forms.json": {"query": query, "forms": form},
    "headers.json": {"options": options, "dates": date, "formatted": formatted, "ints": integer, "vary": vary},
    "json.json": {"dumps": dumps, "floats": number},
}


def main():
    mime.fix()
    clock.now = 1735689600
    tables = {name: lambda name=name, answers=answers: Table(HERE / name, answers, one_line) for name, answers in FILES.items()}
    for more in ("more-transcripts.json", "more-extensions-transcripts.json"):
        tables[more] = lambda more=more: Table(HERE / more, {"transcripts": transcripts.answer()}, transcripts.write)
    run([*FLASK, "msgspec", "flask-login", "flask-wtf", "wtforms"], tables)


main()
