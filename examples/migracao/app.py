"""The Flask half of the site, as it was before the move.

python3 app.py [redis HOST:PORT] serves on a free port and prints it. The
secret key and the password come from FLASK_SECRET_KEY and PASSWORD.
"""
import hmac
import os
import sys

from flask import Flask, flash, redirect, render_template, request, session, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server

app = Flask(__name__)
app.config.from_prefixed_env()
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)


@app.context_processor
def half():
    return {"half": "Flask"}


@app.route("/")
def index():
    return render_template("index.html", user=session.get("user"))


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        if hmac.compare_digest(request.form["password"].encode(), os.environ["PASSWORD"].encode()):
            session.clear()
            new_id(session)
            session["user"] = request.form["user"]
            flash("Signed in by Flask.")
            return redirect(url_for("index"))
        return render_template("login.html", error="Wrong user or password."), 401
    return render_template("login.html")


@app.route("/profile")
def profile():
    if "user" not in session:
        return redirect(url_for("login"))
    session["visits"] = session.get("visits", 0) + 1
    return render_template("profile.html", user=session["user"], visits=session["visits"])


@app.route("/logout", methods=["POST"])
def logout():
    session.clear()
    flash("Signed out by Flask.")
    return redirect(url_for("index"))


def new_id(session):
    """With rows in Redis a login gets a new session id; a cookie has none."""
    regenerate = getattr(app.session_interface, "regenerate", None)
    if regenerate:
        regenerate(session)


if __name__ == "__main__":
    if sys.argv[1:2] == ["redis"]:
        import redis
        from rows import RedisSessions
        app.session_interface = RedisSessions(redis.Redis.from_url("redis://" + sys.argv[2]))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()
