"""The types of files, whatever machine records."""

import mimetypes

# Python 3.13 has these; 3.11 has none of them, or an older name.
LATER = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webp": "image/webp",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".rtf": "text/rtf",
    ".rst": "text/x-rst",
}


def fix():
    """Forgets the machine's own lists, and adds what later Pythons know."""
    mimetypes.knownfiles.clear()
    mimetypes.init()
    for extension, kind in LATER.items():
        mimetypes.add_type(kind, extension)
