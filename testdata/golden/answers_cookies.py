"""What ItsDangerous and Flask make of cookies, and the texts of tagged JSON."""

import hashlib
import zlib
from types import SimpleNamespace

from flask import Flask
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadPayload, BadSignature, SignatureExpired, URLSafeTimedSerializer

from recording import answered, clock, failure, typed

DIGEST_FROM = 5000  # bytes of a serialized value: longer ones are a SHA-256


class Msgpack:
    @staticmethod
    def dumps(value):
        import msgspec

        return msgspec.msgpack.encode(value)

    @staticmethod
    def loads(data):
        import msgspec

        return msgspec.msgpack.decode(data)


SERIALIZERS = {"tagged-json": TaggedJSONSerializer(), "msgpack": Msgpack()}


def signer(row):
    return URLSafeTimedSerializer(
        [typed.secret(key) for key in [*row["fallbacks"], row["secret"]]], salt=row["salt"],
        serializer=SERIALIZERS[row["serializer"]],
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    )


def within(context, call):
    """Calls in the application context that a row names."""
    if context == "bare":
        return call()
    app = Flask("golden")
    app.json.sort_keys = context != "app-unsorted"
    app.json.ensure_ascii = context != "app-unicode"
    with app.app_context():
        return call()


def written(raw, data):
    if len(data) >= DIGEST_FROM:
        return {"sha256": hashlib.sha256(data).hexdigest()}
    return {"text": raw} if isinstance(raw, str) else {"hex": raw.hex()}


def vector(row):
    """payload -> cookie"""
    clock.now = row["timestamp"]
    value, serializer = typed.read(row["payload"]), SERIALIZERS[row["serializer"]]
    names = ["serialized", "raw_len", "zlib_len", "compressed", "byte_exact", "cookie", "error", "loaded"]
    try:
        raw = within(row["context"], lambda: serializer.dumps(value))
        cookie = within(row["context"], lambda: signer(row).dumps(value))
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return answered(row, names, error=failure(error))
    cookie = cookie if isinstance(cookie, str) else cookie.decode()
    loaded = within(row["context"], lambda: signer(row).loads(cookie))
    data = raw.encode() if isinstance(raw, str) else raw
    compressed = cookie.startswith(".")
    return answered(
        row, names, serialized=written(raw, data), raw_len=len(data), zlib_len=len(zlib.compress(data)), compressed=compressed,
        byte_exact=not compressed, cookie=cookie, loaded=None if typed.same(value, loaded) else typed.write(loaded),
    )


def verify(row):
    """cookie -> outcome, and what open_session makes of it"""
    clock.now = row["now"]
    names = ["outcome", "payload", "exception", "flask"]
    flask = in_flask(row) if row["max_age"] is not None else {"result": "not-run"}
    try:
        value = within("app", lambda: signer(row).loads(row["cookie"], max_age=row["max_age"]))
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return answered(row, names, outcome=outcome(error), exception=failure(error), flask=flask)
    return answered(row, names, outcome="ok", payload=typed.write(value), flask=flask)


def outcome(error):
    if isinstance(error, SignatureExpired):
        return "future" if "< 0" in str(error) else "expired"
    if isinstance(error, BadSignature):
        return "bad-signature" if "does not match" in str(error) else "malformed"
    return "bad-payload" if isinstance(error, BadPayload) else "crash"


def in_flask(row):
    app = Flask("golden")
    app.config["PERMANENT_SESSION_LIFETIME"] = row["max_age"]
    app.secret_key = typed.secret(row["secret"])
    app.config["SECRET_KEY_FALLBACKS"] = [typed.secret(key) for key in row["fallbacks"]]
    interface = SecureCookieSessionInterface()
    interface.salt = row["salt"]
    interface.serializer = SERIALIZERS[row["serializer"]]
    try:
        with app.app_context():
            session = interface.open_session(app, SimpleNamespace(cookies={"session": row["cookie"]}))
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return {"result": "error", "exception": failure(error)}
    return {"result": "session", "payload": typed.write(dict(session))} if session else {"result": "empty"}


def dumps(row):
    """value -> tagged JSON"""
    value, names = typed.read(row["value"]), ["text", "error", "loaded"]
    serializer = TaggedJSONSerializer()
    try:
        text = within(row["context"], lambda: serializer.dumps(value))
    except Exception as error:
        return answered(row, names, error=failure(error))
    loaded = within(row["context"], lambda: serializer.loads(text))
    return answered(row, names, text=text, loaded=None if typed.same(value, loaded) else typed.write(loaded))


def loads(row):
    """tagged JSON -> value"""
    names = ["value", "error"]
    try:
        value = within("app", lambda: TaggedJSONSerializer().loads(row["text"]))
    except Exception as error:
        return answered(row, names, error=failure(error))
    return answered(row, names, value=typed.write(value))
