"""The Flask half of the site, as it was before the move.

python3 app.py [redis HOST:PORT] serves on a free port and prints it. The
secret key and the hash of the password come from FLASK_SECRET_KEY and
PASSWORD_HASH.
"""
import os
import sys

from flask import Flask, flash, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, login_required, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.security import check_password_hash
from werkzeug.serving import make_server

app = Flask(__name__)
app.config.from_prefixed_env()
app.config["SESSION_COOKIE_SAMESITE"] = app.config["REMEMBER_COOKIE_SAMESITE"] = "Lax"
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
CSRFProtect(app)
login_manager = LoginManager(app)
login_manager.login_view = "login"


class User(UserMixin):
    def __init__(self, id):
        self.id = id


@login_manager.user_loader
def load_user(id):
    return User(id)


@app.context_processor
def half():
    return {"half": "Flask"}


@app.route("/")
def index():
    return render_template("index.html")


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        if check_password_hash(os.environ["PASSWORD_HASH"], request.form["password"]):
            new_id(session)
            login_user(User(request.form["user"]), remember="remember" in request.form)
            flash("Signed in by Flask.")
            return redirect(url_for("index"))
        return render_template("login.html", error="Wrong user or password."), 401
    return render_template("login.html")


@app.route("/profile")
@login_required
def profile():
    session["visits"] = session.get("visits", 0) + 1
    return render_template("profile.html", visits=session["visits"])


@app.route("/note", methods=["POST"])
@login_required
def note():
    session["note"] = request.form["note"]
    flash("Noted by Flask.")
    return redirect(url_for("profile"))


@app.route("/logout", methods=["POST"])
def logout():
    session.clear()  # before logout_user, whose order to delete the remember cookie lies in the session
    logout_user()
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
