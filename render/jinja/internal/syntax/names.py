"""Writes names.gz, the names of characters for "\\N{...}" in templates.

    python3 names.py NameAliases.txt

The names are those of Python 3.11 (Unicode 14.0); NameAliases.txt, of Unicode's
own data, lists what may be an alias, and Python says which of them it knows. A
line holds a name, after the distance to the character before it in hexadecimal
where that is not one. Names that are made by a rule are left out: unified
ideographs and Hangul syllables.
"""

import gzip
import sys
import unicodedata
from pathlib import Path

RULES = ("CJK UNIFIED IDEOGRAPH-", "HANGUL SYLLABLE ")


def known():
    for code in range(sys.maxunicode + 1):
        name = unicodedata.name(chr(code), "")
        if name and not name.startswith(RULES):
            yield code, name
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        fields = line.split("#")[0].strip().split(";")
        if len(fields) == 3:
            try:
                if ord(unicodedata.lookup(fields[1])) == int(fields[0], 16):
                    yield int(fields[0], 16), fields[1]
            except KeyError:
                pass


before, lines = 0, []
for code, name in sorted(known()):
    lines.append(name if code == before + 1 else f"{code - before:x} {name}")
    before = code
text = "\n".join(lines).encode()
(Path(__file__).parent / "names.gz").write_bytes(gzip.compress(text, 9, mtime=0))
print(f"Unicode {unicodedata.unidata_version}: {len(lines)} names, {len(text)} bytes")
