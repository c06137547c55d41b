"""Records what Flask-Babel prints: dates, numbers and money.

    python3 babel/testdata/record.py [--check] [FILE...]
"""

import datetime
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "testdata"))

from recording import Table, answered, failure, lines, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Flask  # noqa: E402

EXTENSION = ["flask-babel", "babel", "pytz"]


def printed(row):
    """Calls the function of Flask-Babel in a request of the row's language."""
    import flask_babel

    app = Flask("case")
    flask_babel.Babel(app, locale_selector=lambda: row["locale"], timezone_selector=lambda: row["timezone"])
    function = getattr(flask_babel, "format_" + row["function"])
    args = row["args"]
    if row["function"] in ("datetime", "date", "time"):
        args = [datetime.datetime.fromisoformat(args[0]), *args[1:]]
    elif row["function"] == "timedelta":
        args = [datetime.timedelta(seconds=args[0])]
    with app.test_request_context():
        return function(*args, **row.get("options", {}))


def answer(row):
    try:
        return answered(row, ["expect", "error"], expect=printed(row))
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return answered(row, ["expect", "error"], error=failure(error))


run(FLASK + EXTENSION, {"formats.json": lambda: Table(HERE / "formats.json", {None: answer}, lines)})
