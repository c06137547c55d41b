"""Makes encrypted.json: cookies of session.EncryptedCookie.

    python3 record.py           # writes encrypted.json
    python3 record.py --check   # compares, and fails where it differs

Written from the specifications alone (RFC 5869 for HKDF, RFC 8439 for
ChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03), in plain Python, so that it
shares no code with the Go program. It checks itself against their vectors.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import struct
import sys

MASK = 0xFFFFFFFF
CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def hkdf(secret, info, length):
    prk = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([n]), hashlib.sha256).digest()
        out, n = out + block, n + 1
    return out[:length]


def rotate(x, n):
    return (x << n | x >> (32 - n)) & MASK


def quarter(s, a, b, c, d):
    for x, y, z, n in (a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7):
        s[x] = (s[x] + s[y]) & MASK
        s[z] = rotate(s[z] ^ s[x], n)


def rounds(state):
    s = list(state)
    for _ in range(10):
        for i in range(4):
            quarter(s, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return s


def block(key, counter, nonce):
    state = CONSTANTS + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(state, rounds(state))))


def hchacha(key, nonce):
    s = rounds(CONSTANTS + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *s[:4], *s[12:])


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def padded(data):
    return data + bytes(-len(data) % 16)


def chacha20_poly1305(key, nonce, plain, extra):
    stream = b"".join(block(key, 1 + i, nonce) for i in range(len(plain) // 64 + 1))
    text = bytes(a ^ b for a, b in zip(plain, stream))
    lengths = struct.pack("<QQ", len(extra), len(text))
    return text + poly1305(block(key, 0, nonce)[:32], padded(extra) + padded(text) + lengths)


def xchacha20_poly1305(key, nonce, plain, extra):
    return chacha20_poly1305(hchacha(key, nonce[:16]), bytes(4) + nonce[16:], plain, extra)


def self_check():
    prk_test = hkdf(bytes([11]) * 22, b"", 42)  # RFC 5869, A.3
    assert prk_test.hex().startswith("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
    plain = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
             b"the future, sunscreen would be it.")
    out = xchacha20_poly1305(bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), plain,
                             bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))  # the draft's A.3.1
    assert out[-16:].hex() == "c0875924c1c7987947deafd8780acf49", out[-16:].hex()


def cookie(secret, name, seconds, nonce, payload):
    head = b"\1" + seconds.to_bytes(5, "big")
    key = hkdf(secret, b"cantil session cookie, encrypted, v1 xchacha20poly1305", 32)
    extra = b"cantil.session.cookie\0" + head + name
    sealed = head + nonce + xchacha20_poly1305(key, nonce, payload, extra)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def vectors():
    secret, name, now = "sua_chave_secreta", "session", 1735689600
    msgpack = b"\x81\xa7usuario\xa5Maria"
    cases = [
        ("msgpack", secret, name, now, msgpack),
        ("tagged JSON", secret, name, now, b'{"usuario":"Maria"}'),
        ("another key", "outra chave", name, now, msgpack),
        ("a key of 100 bytes", "k" * 100, name, now, msgpack),
        ("a key outside ASCII", "chave à é", name, now, msgpack),
        ("another name", secret, "__Host-conta", now, msgpack),
        ("no name", secret, "", now, msgpack),
        ("1970", secret, name, 0, msgpack),
        ("after 2106", secret, name, 2**32 + 5, msgpack),
        ("one block", secret, name, now, b"\x81\xa1a\xd9\x3a" + b"x" * 58 + b""),
        ("several blocks", secret, name, now, b"\x81\xa1a\xda\x03\xe8" + b"y" * 1000),
        ("empty", secret, name, now, b"\x80"),
    ]
    for title, secret, name, seconds, payload in cases:
        nonce = hashlib.sha256(title.encode()).digest()[:24]
        yield {
            "id": title, "secret": secret, "name": name, "timestamp": seconds, "nonce": nonce.hex(),
            "payload": payload.hex(), "cookie": cookie(secret.encode(), name.encode(), seconds, nonce, payload),
        }


self_check()
text = json.dumps({"vectors": list(vectors())}, indent=1, ensure_ascii=False) + "\n"
path = pathlib.Path(__file__).with_name("encrypted.json")
if "--check" in sys.argv:
    sys.exit("encrypted.json differs" if path.read_text("utf-8") != text else 0)
path.write_text(text, "utf-8")
