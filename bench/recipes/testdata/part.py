"""The Flask part of a site whose other parts are Go programs.

FLASK_SECRET_KEY is the site's key. With REDIS its sessions are rows there, as
Flask-Session keeps them.
"""
import os
import sys

from flask import Flask, redirect, request, session
from markupsafe import escape

app = Flask(__name__)
app.config.from_prefixed_env()

if "REDIS" in os.environ:
    import redis

    sys.path.insert(0, os.environ["ROWS"])
    from rows import RedisSessions

    host, port = os.environ["REDIS"].split(":")
    app.session_interface = RedisSessions(redis.Redis(host, int(port)))


@app.route("/flask/")
def index():
    return f"""<title>flask</title><h1>flask</h1>
<p id="user">{escape(session.get("user", "nobody"))}</p><p id="notes">{escape(" ".join(session.get("notes", [])))}</p>
<form method="post" action="/flask/login"><input name="user"></form>
<form method="post" action="/flask/note"><input name="note"></form>
<form method="post" action="/flask/logout"><button>Log out</button></form>"""


@app.post("/flask/login")
def login():
    session["user"] = request.form["user"]
    return redirect("/flask/")


@app.post("/flask/note")
def note():
    session["notes"] = [*session.get("notes", []), request.form["note"]]
    return redirect("/flask/")


@app.post("/flask/logout")
def logout():
    session.clear()
    return redirect("/flask/")
