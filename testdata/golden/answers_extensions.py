"""What Werkzeug's password hashes, Flask-Login, Flask-WTF and ItsDangerous answer."""

import hashlib
import re

import itsdangerous
from flask import Flask, session
from werkzeug.test import create_environ
from werkzeug.security import check_password_hash, generate_password_hash

from recording import answered, clock, failure, typed

def attempt(call):
    """Returns (result, None) or (None, exception)."""
    try:
        return call(), None
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return None, error


def class_name(error):
    """The class of an exception, or for one of OpenSSL's own what it is a kind of."""
    kind = type(error)
    return (kind.__base__ if kind.__module__ == "_hashlib" else kind).__name__


def check(row):
    """hash, password -> ok"""
    ok, error = attempt(lambda: check_password_hash(row["hash"], row["password"]))
    return answered(row, ["ok", "exception"], ok=bool(ok), exception=error and class_name(error))


def generate(row):
    """method, length of the salt -> the form of the hash"""
    arguments = {name: row[name] for name in ("method", "salt_length") if row[name] is not None}
    made, error = attempt(lambda: generate_password_hash("x", **arguments))
    names = ["prefix", "salt_chars", "hex_chars", "exception"]
    if error:
        return answered(row, names, exception=class_name(error))
    method, salt, digest = re.fullmatch(r"([^$]*)\$([A-Za-z0-9]*)\$([0-9a-f]*)", made).groups()
    return answered(row, names, prefix=method + "$", salt_chars=len(salt), hex_chars=len(digest))


def remember(row):
    """payload -> cookie, or cookie -> payload"""
    from flask_login import decode_cookie, encode_cookie

    key = typed.secret(row["key"])
    names = ["exception"] + (["cookie"] if row["op"] == "encode" else ["result"])
    app = Flask("golden")
    with app.app_context():
        call = (lambda: encode_cookie(row["payload"], key)) if row["op"] == "encode" else (lambda: decode_cookie(row["cookie"], key))
        result, error = attempt(call)
    new = answered(row, names, exception=error and failure(error), **({"cookie": result} if row["op"] == "encode" else {}))
    if row["op"] == "decode":
        new["result"] = result
    return new


class Overheard:
    """A SHA-512 that keeps the text."""

    def __init__(self):
        self.text = b""

    def update(self, more):
        self.text += more

    def hexdigest(self):
        return hashlib.sha512(self.text).hexdigest()


def identifier(row):
    """address and headers -> session identifier, and the text that it is a hash of"""
    from flask_login import utils

    environ = create_environ()
    fields = {"REMOTE_ADDR": "remote_addr", "HTTP_X_FORWARDED_FOR": "x_forwarded_for", "HTTP_USER_AGENT": "user_agent"}
    environ.update({name: row[key] for name, key in fields.items() if row[key] is not None})
    hashes = []
    real, utils.sha512 = utils.sha512, lambda: hashes.append(Overheard()) or hashes[-1]
    try:
        with Flask("golden").request_context(environ):
            made = utils._create_identifier()
    finally:
        utils.sha512 = real
    return answered(row, ["hashed", "identifier"], hashed=hashes[-1].text.decode(), identifier=made)


def login_url(row):
    """login_view and its settings -> URL"""
    from flask_login import login_url as ask

    app = Flask("golden")
    app.config["FORCE_HOST_FOR_REDIRECTS"] = row["force_host"]
    for endpoint, rule in {"login": "/login", "auth.login": "/auth/entrar", "entrar": "/entrar/<lang>"}.items():
        app.add_url_rule(rule, endpoint, lambda: "", defaults={"lang": "pt"} if "<" in rule else None)
    with app.test_request_context("/pagina", base_url=row["base_url"]):
        url, error = attempt(lambda: ask(row["login_view"], row["next_url"], row["next_field"]))
    return answered(row, ["url", "exception"], url=url, exception=error and failure(error))


def csrf(row):
    """session token -> CSRF token, or whether a token is accepted"""
    from flask_wtf.csrf import generate_csrf, validate_csrf
    from wtforms.validators import ValidationError

    clock.now = row["now"]
    app = Flask("golden")
    app.secret_key = typed.secret(row["secret_key"])
    if row["wtf_csrf_secret_key"] is not None:
        app.config["WTF_CSRF_SECRET_KEY"] = typed.secret(row["wtf_csrf_secret_key"])
    app.config["WTF_CSRF_FIELD_NAME"] = row["field_name"]
    with app.test_request_context():
        app.config["WTF_CSRF_TIME_LIMIT"] = row.get("time_limit")
        held = row["session_token"]
        if held is not None:
            session[row["field_name"]] = typed.read(held)
        if row["op"] == "generate":
            return generated(row, generate_csrf(token_key=None), held)
        _, error = attempt(lambda: validate_csrf(row["token"]))
    if isinstance(error, ValidationError):
        return answered(row, ["ok", "error", "exception"], ok=False, error=str(error))
    return answered(row, ["ok", "error", "exception"], ok=error is None, exception=error and failure(error))


def generated(row, token, held):
    names = ["token", "byte_exact", "redrawn"]
    if typed.write(session[row["field_name"]]) != held:
        return answered(row, names, redrawn=True)
    return answered(row, names, token=token, byte_exact=not token.startswith("."))


DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}
SIGNERS = {"Signer", "TimestampSigner"}
TIMED = {"TimestampSigner", "TimedSerializer", "URLSafeTimedSerializer"}


def dangerous(row):
    """A use of one of ItsDangerous' six classes"""
    clock.now = row["now"]
    makes = row["op"] in ("sign", "dumps")
    names = ["exception", *(["token", "token_hex", "byte_exact"] if makes else ["value"])]
    made, error = attempt(lambda: use(row, set_up(row)))
    if error:
        return answered(row, names, exception=described(error))
    if makes:
        return answered(row, names, **token_of(made, row))
    return answered(row, names, value=typed.write(made))


def set_up(row):
    options = {}
    if row["key_derivation"]:
        options["key_derivation"] = row["key_derivation"]
    if row["digest"]:
        options["digest_method"] = DIGESTS[row["digest"]]
    if row["sep"] is not None:
        options["sep"] = row["sep"]
    salt = {} if row["salt"] is None else {"salt": typed.secret(row["salt"])}
    keys = [typed.secret(key) for key in row["secrets"]]
    kind = getattr(itsdangerous, row["class"])
    if row["class"] in SIGNERS:
        return kind(keys, **salt, **options)
    return kind(keys, **salt, signer_kwargs=options)


def use(row, tool):
    if row["op"] in ("sign", "dumps"):
        return getattr(tool, row["op"])(typed.read(row["payload"]))
    token = bytes.fromhex(row["token_hex"]) if "token_hex" in row else row["token"]
    age = {"max_age": row["max_age"]} if row["class"] in TIMED else {}
    return getattr(tool, row["op"])(token, **age)


def token_of(made, row):
    data = made if isinstance(made, bytes) else made.encode()
    exact = {"byte_exact": not (row["class"].startswith("URLSafe") and data.startswith(b"."))}
    try:
        return {"token": data.decode()} | exact
    except UnicodeDecodeError:
        return {"token_hex": data.hex()} | exact


def described(error):
    """An exception with what ItsDangerous hands out in it."""
    extra = {}
    payload = getattr(error, "payload", None)
    if payload is not None:
        extra["payload"] = {"hex": payload.hex()} if isinstance(payload, bytes) else {"hex": payload.encode().hex()}
    signed = getattr(error, "date_signed", None)
    if signed is not None:
        extra["date_signed"] = int(signed.timestamp())
    return failure(error) | extra


LISTS = {
    "password_hashes": check, "password_generate": generate, "remember_cookies": remember,
    "session_identifiers": identifier, "login_urls": login_url, "csrf_tokens": csrf, "itsdangerous": dangerous,
}
