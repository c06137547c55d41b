"""Computes what is computed in vectors.json: the digests of echoed bodies.

    python3 testdata/wire/record.py [--check]

No software was asked for the rest: what is acceptable was read in the RFCs. An
outcome "echo=LENGTH/SHA256" is of the body that the vector sends, in the framing
that gives LENGTH bytes; a new one is written without its digest ("echo=5/").
"""

import hashlib
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from recording import Table, run  # noqa: E402

ECHO = re.compile(r"echo=(\d+)/([0-9a-f]*)")
CHUNK = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\n]*)?\r?\n")
LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)", re.IGNORECASE | re.MULTILINE)


def sent(vector):
    """All bytes that the client sends."""
    def part(item):
        if isinstance(item, dict):
            return item["repeat"] * item["times"]
        return item if isinstance(item, str) else item[0] * item[1]
    return "".join(part(item) for piece in vector["send"] for item in piece["bytes"]).encode("latin-1")


def bodies(data):
    """The body of the first request in each framing that its bytes allow."""
    head, _, rest = data.partition(b"\r\n\r\n")
    for length in LENGTH.findall(head):
        yield rest[: int(length)]
    body, at = b"", 0
    while (size := CHUNK.match(rest, at)) and 0 < (n := int(size[1], 16)) <= len(rest):
        body += rest[size.end() : size.end() + n]
        at = size.end() + n
        at += 2 if rest[at : at + 2] == b"\r\n" else 1
    yield body


def answer(vector):
    found = {len(body): hashlib.sha256(body).hexdigest() for body in bodies(sent(vector))}

    def digest(echo):
        if int(echo[1]) not in found:
            sys.exit(f"{vector['id']}: no framing has {echo[1]} bytes, but {sorted(found)}")
        return f"echo={echo[1]}/{found[int(echo[1])]}"

    return vector | {"acceptable": [ECHO.sub(digest, outcome) for outcome in vector["acceptable"]]}


def write(data):
    return "[\n" + ",\n".join(json.dumps(vector) for vector in data) + "\n]\n"


run(["python"], {"vectors.json": lambda: Table(HERE / "vectors.json", {None: answer}, write)})
