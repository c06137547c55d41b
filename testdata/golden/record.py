"""Records the golden files from the real Flask, its kin and its extensions.

    python3 testdata/golden/record.py [--check] [FILE...]
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from recording import Table, lines, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402


def cookies():
    import answers_cookies as ask

    return Table(HERE / "cookies.json", {"vectors": ask.vector, "verify": ask.verify}, lines)


def tagged_json():
    import answers_cookies as ask

    return Table(HERE / "tagged-json.json", {"dumps": ask.dumps, "loads": ask.loads}, lines)


def transcripts():
    from recording import transcripts as ask

    return Table(HERE / "http-transcripts.json", {"transcripts": ask.answer()}, lines)


def extension_transcripts():
    from recording import transcripts as ask

    return Table(HERE / "extensions-transcripts.json", {"transcripts": ask.answer()}, lines)


def extensions():
    import answers_extensions as ask

    return Table(HERE / "extensions.json", ask.LISTS, lines)


def stores():
    import answers_stores as ask

    return Table(HERE / "flask-session.json", ask.LISTS, lines)


run(
    [*FLASK, "zlib", "msgspec", "flask-login", "flask-wtf", "wtforms", "flask-session", "redis", "pymemcache",
     "flask-sqlalchemy", "sqlalchemy"],
    {"cookies.json": cookies, "tagged-json.json": tagged_json, "http-transcripts.json": transcripts,
     "extensions.json": extensions, "extensions-transcripts.json": extension_transcripts, "flask-session.json": stores},
)
