"""Records what Python's gettext makes of plural expressions and of .mo files.

    python3 internal/gettext/testdata/record.py [--check] [FILE...]
"""

import base64
import gettext
import io
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "testdata"))

from recording import Table, answered, lines, run  # noqa: E402

COUNTS = [*range(0, 26), 100, 101, 102, 111, 112, 121, 1000, 1000000, 1.5, 2.0, -1]


def plural(row):
    """The forms that an expression chooses, None where it fails, or its error."""
    try:
        choose = gettext.c2py(row["expression"])
    except Exception as error:
        return answered(row, ["forms", "error"], error=str(error))

    def form(n):
        try:
            return choose(n)
        except ZeroDivisionError:
            return None
    return answered(row, ["forms", "error"], forms=[form(n) for n in COUNTS])


def catalog(row):
    """What a file gives for each question, or why it cannot be read."""
    try:
        translations = gettext.GNUTranslations(io.BytesIO(base64.b64decode(row["mo"])))
    except Exception as error:
        return answered(row, ["answers", "error"], error=type(error).__name__)
    answers = [getattr(translations, name)(*args) for name, *args in row["questions"]]
    return answered(row, ["answers", "error"], answers=answers)


run(["python"], {"catalogs.json": lambda: Table(HERE / "catalogs.json", {"plurals": plural, "files": catalog}, lines)})
