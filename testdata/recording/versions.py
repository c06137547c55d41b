"""Which versions the answers are from, and which ones are at hand.

CANTIL_PALLETS names a folder with the sources of each project in a folder of
its own (flask/src/flask, jinja/src/jinja2, ...); they are found before what is
installed. Without the variable the installed packages are asked.
"""

import importlib
import importlib.metadata
import os
import platform
import re
import sys
import zlib
from pathlib import Path

# The versions that gave the recorded answers. MarkupSafe was 2.1.2 for the
# golden files and Jinja's cases.json, 3.0.3 for the others; 3.0.2 answers alike.
RECORDED = {
    "python": ["3.11"],
    "zlib": ["1.2.13"],
    "flask": ["3.1.3"],
    "werkzeug": ["3.1.8"],
    "jinja2": ["3.1.6"],
    "itsdangerous": ["2.2.0"],
    "markupsafe": ["2.1.2", "3.0.2", "3.0.3"],
    "blinker": ["1.9.0"],
    "click": ["8.4.0"],
    "msgspec": ["0.21.1"],
    "flask-login": ["0.6.3"],
    "flask-wtf": ["1.3.0"],
    "wtforms": ["3.2.2"],
    "flask-session": ["0.8.0"],
    "flask_cors": ["6.0.2", "5.0.0"],  # as the tree of the tag 6.0.2 says
    "flask_limiter": ["4.1.1"],
    "limits": ["5.8.0"],
    "redis": ["4.3.4"],
    "pymemcache": ["3.5.2"],
    "flask-sqlalchemy": ["3.0.3"],
    "sqlalchemy": ["1.4.46"],
    "flask-babel": ["4.0.0"],
    "babel": ["2.10.3"],
    "pytz": ["2022.7.1"],
}

# What Flask itself imports.
FLASK = ["python", "flask", "werkzeug", "jinja2", "itsdangerous", "markupsafe", "blinker", "click"]

# What is not pure Python, or not of every program: without one of these its
# rows are not asked, and stay as they are.
SPARED = ["msgspec", "flask_login", "flask_wtf", "wtforms", "flask_session", "flask_cors", "flask_limiter", "limits", "redis", "pymemcache", "flask_sqlalchemy", "sqlalchemy", "flask_babel", "babel", "pytz"]


def use_sources():
    folder = os.environ.get("CANTIL_PALLETS")
    for project in sorted(Path(folder).iterdir()) if folder else []:
        homes = [home for home in (project / "src", project / "lib") if home.is_dir()]
        sys.path.insert(0, str(homes[0] if homes else project))


def found(name):
    """The version of a package as it will be imported, or None."""
    if name == "python":
        return platform.python_version()
    if name == "zlib":
        return zlib.ZLIB_RUNTIME_VERSION
    try:
        module = importlib.import_module(name.replace("-", "_"))
    except ImportError:
        return None
    papers = Path(module.__file__).parents[2] / "pyproject.toml"
    if papers.exists():
        stated = re.search(r'^version = "([^"]+)', papers.read_text(encoding="utf-8"), re.MULTILINE)
        if stated:
            return stated[1]
    return vars(module).get("__version__") or importlib.metadata.version(name)


def require(needs, any_version):
    """Prints the versions at hand, and exits where they are not the recorded ones."""
    versions = {name: found(name) for name in needs}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    for name, version in versions.items():
        if version is None:
            if name.replace("-", "_") in SPARED:
                continue
            sys.exit(f"{name} cannot be imported")
        prefixes = [wanted + ("." if name == "python" else "") for wanted in RECORDED[name]]
        if not any(version == p or (p.endswith(".") and version.startswith(p)) for p in prefixes) and not any_version:
            sys.exit(f"{name} is {version}, the answers are from {' or '.join(RECORDED[name])} (--any-version to run all the same)")
    return versions


use_sources()
