"""Writes how a Flask application keeps its sessions, as JSON, to a file.

python3 describe.py FILE[:NAME] OUT, or MODULE:NAME. NAME is an application or a
function that makes one; app, application, create_app and make_app are looked for
without it. No key is written, only its fingerprint.
"""
import hashlib
import importlib
import importlib.util
import json
import os
import sys


def load(place):
    name, attribute = place, ""
    if ":" in place and not os.path.exists(place):  # a drive of Windows is no module
        name, _, attribute = place.rpartition(":")
    if os.path.exists(name):
        folder, file = os.path.split(os.path.abspath(name))
        if os.path.isdir(name):
            file = "app.py" if os.path.exists(os.path.join(name, "app.py")) else "__init__.py"
            folder = os.path.abspath(name)
        if file == "__init__.py":
            folder, file = os.path.split(folder)
        sys.path.insert(0, folder)
        module = importlib.import_module(file.removesuffix(".py"))
    else:
        sys.path.insert(0, os.getcwd())
        module = importlib.import_module(name)
    from flask import Flask

    names = [attribute] if attribute else ["app", "application", "create_app", "make_app"]
    for candidate in names:
        found = getattr(module, candidate.removesuffix("()"), None)
        if callable(found) and not isinstance(found, Flask):
            found = found()
        if isinstance(found, Flask):
            return found
    for found in [] if attribute else vars(module).values():
        if isinstance(found, Flask):
            return found
    sys.exit(f"{place}: there is no Flask application of the name {' or '.join(names)}")


def fingerprint(key):
    if not key:
        return ""
    if isinstance(key, str):
        key = key.encode()
    return hashlib.sha256(b"cantil: fingerprint of a secret key\0" + key).digest()[:6].hex()


def describe(app):
    from flask.sessions import SecureCookieSessionInterface
    from importlib.metadata import version

    interface = app.session_interface
    kept = "cookie" if isinstance(interface, SecureCookieSessionInterface) else "other"
    serializer, key_prefix, signed_ids = "json", "", False
    if type(interface).__module__.split(".")[0] == "flask_session":
        kept = "rows"
        serializer = app.config.get("SESSION_SERIALIZATION_FORMAT", "msgpack")
        key_prefix = app.config.get("SESSION_KEY_PREFIX", "session:")
        signed_ids = bool(app.config.get("SESSION_USE_SIGNER", False))
    elif kept == "cookie" and type(interface).serializer is not SecureCookieSessionInterface.serializer:
        serializer = type(interface.serializer).__name__
    flask = version("flask")
    fallbacks = app.config.get("SECRET_KEY_FALLBACKS") or []
    if tuple(int(n) for n in flask.split(".")[:2]) < (3, 1):
        fallbacks = []  # which this Flask does not read
    name = app.config["SESSION_COOKIE_NAME"]
    return {
        "flask": flask,
        "kept": kept,
        "interface": type(interface).__name__,
        "serializer": serializer,
        "key_prefix": key_prefix,
        "signed_ids": signed_ids,
        "cookie_name": name,
        "domain": interface.get_cookie_domain(app) or "",
        "path": interface.get_cookie_path(app),
        "httponly": bool(interface.get_cookie_httponly(app)),
        "secure": bool(interface.get_cookie_secure(app)),
        "samesite": interface.get_cookie_samesite(app) or "",
        "partitioned": bool(app.config.get("SESSION_COOKIE_PARTITIONED", False)),
        "lifetime": int(app.permanent_session_lifetime.total_seconds()),
        "refresh_each_request": bool(app.config["SESSION_REFRESH_EACH_REQUEST"]),
        "key": fingerprint(app.secret_key),
        "fallbacks": [fingerprint(key) for key in fallbacks],
    }


if __name__ == "__main__":
    with open(sys.argv[2], "w") as out:
        json.dump(describe(load(sys.argv[1])), out)
