"""Python values as the golden files write them: see golden/README.md."""

import datetime
import decimal
import json
import struct
import uuid

from markupsafe import Markup


def write(value):
    """The typed object of a value."""
    kind = type(value)
    if value is None:
        return {"t": "null"}
    if kind is bool:
        return {"t": "bool", "v": value}
    if kind is int:
        return {"t": "int", "v": decimal_text(value)}
    if kind is float:
        return {"t": "float", "v": repr(value), "bits": struct.pack(">d", value).hex()}
    if kind is Markup:
        return {"t": "markup", "v": str(value)}
    if kind is str:
        return write_str(value)
    if kind in (bytes, bytearray):
        return {"t": kind.__name__, "hex": value.hex()}
    if kind is list:
        return write_list(value)
    if kind in (tuple, set, frozenset):
        return {"t": kind.__name__.removeprefix("frozen"), "v": [write(item) for item in value]}
    if isinstance(value, dict):
        return {"t": "dict", "v": [[write(key), write(item)] for key, item in value.items()]}
    return write_rare(value)


# From these lengths on a run is written as such.
LONG_STR, LONG_LIST, DEEP_LIST = 2000, 1000, 100


def write_str(value):
    if len(value) >= LONG_STR and value == value[0] * len(value):
        return {"t": "str", "repeat": [value[0], len(value)]}
    if any("\ud800" <= char <= "\udfff" for char in value):
        return {"t": "str", "utf16": value.encode("utf-16-be", "surrogatepass").hex()}
    return {"t": "str", "v": value}


def write_list(value):
    depth, inner = 0, value
    while type(inner) is list and len(inner) == 1:
        depth, inner = depth + 1, inner[0]
    if depth >= DEEP_LIST:
        return {"t": "list", "nest": depth, "inner": write(inner)}
    if len(value) >= LONG_LIST and all(item == value[0] for item in value):
        return {"t": "list", "repeat": [write(value[0]), len(value)]}
    return {"t": "list", "v": [write(item) for item in value]}


def write_rare(value):
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        kind = "datetime" if isinstance(value, datetime.datetime) else type(value).__name__
        return {"t": kind, "iso": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"t": "timedelta", "us": str(value // datetime.timedelta(microseconds=1))}
    if isinstance(value, uuid.UUID):
        return {"t": "uuid", "v": str(value)}
    if isinstance(value, decimal.Decimal):
        return {"t": "decimal", "v": str(value)}
    if type(value).__name__ == "Ext":
        return {"t": "ext", "code": value.code, "hex": bytes(value.data).hex()}
    return {"t": "object"}


def decimal_text(value):
    """An int of any size: str() stops at 4300 digits."""
    return format(decimal.Decimal(value), "f")


def read(typed):
    """The value of a typed object."""
    kind = typed["t"]
    if kind == "str":
        return read_str(typed)
    if kind in ("list", "tuple", "set"):
        return read_sequence(typed)
    if kind == "dict":
        return {read(key): read(item) for key, item in typed["v"]}
    return READERS[kind](typed)


def read_str(typed):
    if "utf16" in typed:
        return bytes.fromhex(typed["utf16"]).decode("utf-16-be", "surrogatepass")
    if "repeat" in typed:
        return typed["repeat"][0] * typed["repeat"][1]
    return typed["v"]


def read_sequence(typed):
    if "repeat" in typed:
        item, n = typed["repeat"]
        return [read(item) for _ in range(n)]
    if "nest" in typed:
        value = read(typed["inner"])
        for _ in range(typed["nest"]):
            value = [value]
        return value
    return {"list": list, "tuple": tuple, "set": frozenset}[typed["t"]](read(item) for item in typed["v"])


class Opaque:
    """An object that no serializer knows."""


def ext(typed):
    import msgspec

    return msgspec.msgpack.Ext(typed["code"], bytes.fromhex(typed["hex"]))


READERS = {
    "null": lambda typed: None,
    "bool": lambda typed: typed["v"],
    "int": lambda typed: int(decimal.Decimal(typed["v"])),
    "float": lambda typed: struct.unpack(">d", bytes.fromhex(typed["bits"]))[0],
    "bytes": lambda typed: bytes.fromhex(typed["hex"]),
    "bytearray": lambda typed: bytearray.fromhex(typed["hex"]),
    "datetime": lambda typed: datetime.datetime.fromisoformat(typed["iso"]),
    "date": lambda typed: datetime.date.fromisoformat(typed["iso"]),
    "time": lambda typed: datetime.time.fromisoformat(typed["iso"]),
    "timedelta": lambda typed: datetime.timedelta(microseconds=int(typed["us"])),
    "uuid": lambda typed: uuid.UUID(typed["v"]),
    "markup": lambda typed: Markup(typed["v"]),
    "decimal": lambda typed: decimal.Decimal(typed["v"]),
    "ext": ext,
    "object": lambda typed: Opaque(),
}


def secret(written):
    """The bytes of a key: {"str"}, {"hex"}, or a plain string."""
    if isinstance(written, str):
        return written
    return bytes.fromhex(written["hex"]) if "hex" in written else written["str"]


def same(a, b):
    """Reports whether two values are of the same types and equal, dicts in any order."""
    return ordered(write(a)) == ordered(write(b))


def ordered(typed):
    if typed["t"] == "dict":
        return json.dumps(["dict", sorted([ordered(key), ordered(item)] for key, item in typed["v"])])
    if "v" in typed and isinstance(typed["v"], list):
        return json.dumps([typed["t"], [ordered(item) for item in typed["v"]]])
    return json.dumps(typed)
