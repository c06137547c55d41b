"""Flask with the session in its signed cookie, or with Flask-Session in Redis."""
import os

from flask import Flask, render_template, session

app = Flask(__name__, template_folder=os.environ["BENCH_TEMPLATES"])
app.secret_key = os.environ["BENCH_SECRET"]

if os.environ.get("BENCH_REDIS"):
    import redis
    from flask_session import Session

    app.config["SESSION_TYPE"] = "redis"
    app.config["SESSION_REDIS"] = redis.Redis.from_url("redis://" + os.environ["BENCH_REDIS"])
    Session(app)


@app.route("/")
def index():
    return "Olá, mundo!"


@app.route("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])


@app.route("/perfil")
def perfil():
    return session.get("username", "")


@app.route("/nomes")
def nomes():
    return render_template("nomes.html", nomes=session.get("nomes", []))


@app.route("/entrar")
def entrar():
    session["username"] = os.environ["BENCH_USERNAME"]
    return "ok"


@app.route("/lista")
def lista():
    session["nomes"] = os.environ["BENCH_NAMES"].split("|")
    return "ok"
