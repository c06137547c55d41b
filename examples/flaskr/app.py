"""Flaskr, the blog of Flask's official tutorial, in Flask: one file instead of four.

flask --app examples/flaskr/app.py init-db makes the tables, and run serves.
"""
import functools
import os
import secrets
import sqlite3

import click
from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash


def create_app(**config):
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=secrets.token_hex(),
        DATABASE=os.environ.get("DATABASE", "flaskr.sqlite"),
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.config.from_prefixed_env()
    app.config.update(config)
    app.teardown_appcontext(close_db)
    app.cli.add_command(init_db_command)
    app.register_blueprint(auth)
    app.register_blueprint(blog)
    app.add_url_rule("/", endpoint="index")
    return app


# db.py


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"], detect_types=sqlite3.PARSE_DECLTYPES)
        g.db.row_factory = sqlite3.Row
    return g.db


def close_db(error=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def init_db():
    with current_app.open_resource("schema.sql") as schema:
        get_db().executescript(schema.read().decode())


@click.command("init-db")
def init_db_command():
    """Throw the tables away and make them anew."""
    init_db()
    click.echo("The database is empty and ready.")


# auth.py

auth = Blueprint("auth", __name__, url_prefix="/auth")
ABSENT = generate_password_hash("")  # checked where there is no such user: the answer takes as long


@auth.route("/register", methods=("GET", "POST"))
def register():
    if request.method == "POST":
        username = request.form["username"]
        password = request.form["password"]
        error = None
        if not username:
            error = "Username is required."
        elif not password:
            error = "Password is required."
        if error is None:
            try:
                get_db().execute(
                    "INSERT INTO user (username, password) VALUES (?, ?)",
                    (username, generate_password_hash(password)),
                )
                get_db().commit()
            except sqlite3.IntegrityError:
                error = f"User {username} is already registered."
            else:
                return redirect(url_for("auth.login"))
        flash(error)
    return render_template("auth/register.html")


@auth.route("/login", methods=("GET", "POST"))
def login():
    if request.method == "POST":
        user = get_db().execute(
            "SELECT * FROM user WHERE username = ?", (request.form["username"],)
        ).fetchone()
        known = check_password_hash(user["password"] if user else ABSENT, request.form["password"])
        if known and user:
            session.clear()
            session["user_id"] = user["id"]
            return redirect(url_for("index"))
        flash("Incorrect username or password.")
    return render_template("auth/login.html")


@auth.before_app_request
def load_logged_in_user():
    user_id = session.get("user_id")
    if user_id is None:
        g.user = None
    else:
        g.user = get_db().execute("SELECT * FROM user WHERE id = ?", (user_id,)).fetchone()


@auth.route("/logout")
def logout():
    session.clear()
    return redirect(url_for("index"))


def login_required(view):
    @functools.wraps(view)
    def wrapped_view(**kwargs):
        if g.user is None:
            return redirect(url_for("auth.login"))
        return view(**kwargs)
    return wrapped_view


# blog.py

blog = Blueprint("blog", __name__)
POSTS = "SELECT p.id, title, body, created, author_id, username FROM post p JOIN user u ON p.author_id = u.id"


@blog.route("/")
def index():
    posts = get_db().execute(POSTS + " ORDER BY created DESC, p.id DESC").fetchall()
    return render_template("blog/index.html", posts=posts)


@blog.route("/create", methods=("GET", "POST"))
@login_required
def create():
    if request.method == "POST":
        title = request.form["title"]
        body = request.form["body"]
        if title:
            get_db().execute(
                "INSERT INTO post (title, body, author_id) VALUES (?, ?, ?)",
                (title, body, g.user["id"]),
            )
            get_db().commit()
            return redirect(url_for("blog.index"))
        flash("Title is required.")
    return render_template("blog/create.html")


def get_post(id, check_author=True):
    post = get_db().execute(POSTS + " WHERE p.id = ?", (id,)).fetchone()
    if post is None:
        abort(404, f"There is no post {id}.")
    if check_author and post["author_id"] != g.user["id"]:
        abort(403)
    return post


@blog.route("/<int:id>/update", methods=("GET", "POST"))
@login_required
def update(id):
    post = get_post(id)
    if request.method == "POST":
        title = request.form["title"]
        body = request.form["body"]
        if title:
            get_db().execute("UPDATE post SET title = ?, body = ? WHERE id = ?", (title, body, id))
            get_db().commit()
            return redirect(url_for("blog.index"))
        flash("Title is required.")
    return render_template("blog/update.html", post=post)


@blog.route("/<int:id>/delete", methods=("POST",))
@login_required
def delete(id):
    get_post(id)
    get_db().execute("DELETE FROM post WHERE id = ?", (id,))
    get_db().commit()
    return redirect(url_for("blog.index"))


app = create_app()
