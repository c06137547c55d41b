"""The bytes that Flask-Session stores, and its signed session ids.

answers_sequences.py asks for the sequences over most stores. Those over the
others, and the schema, are not asked again (see README.md).
"""

import hashlib

from itsdangerous import Signer

from answers_sequences import sequence
from recording import answered, failure, typed

DIGEST_FROM = 5000  # bytes of a stored value: of longer ones there is a SHA-256


def stored(row):
    """value -> bytes in msgpack or JSON"""
    import msgspec

    codec = {"msgpack": msgspec.msgpack, "json": msgspec.json}[row["format"]]
    value, names = typed.read(row["value"]), ["bytes", "length", "head", "sha256", "error", "loaded"]
    try:
        data = codec.encode(value)
    except Exception as error:
        return answered(row, names, error=failure(error))
    loaded = codec.decode(data)
    form = {"bytes": data.hex()}
    if len(data) >= DIGEST_FROM:
        form = {"length": len(data), "head": data[:16].hex(), "sha256": hashlib.sha256(data).hexdigest()}
    return answered(row, names, **form, loaded=None if typed.same(value, loaded) else typed.write(loaded))


def signed(row):
    """session id -> cookie"""
    signer = Signer(typed.secret(row["secret"]), salt=row["salt"], key_derivation="hmac")
    return answered(row, ["cookie"], cookie=signer.sign(row["sid"]).decode())


LISTS = {"sequences": sequence, "signed_sids": signed, "stored": stored}
