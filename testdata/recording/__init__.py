"""What the programs that record the vectors share.

A recorder (record.py beside its data) asks the real software
again for every answer that its files hold. The questions are the rows of the
files themselves: a row is handed to a function, which returns the row with the
answer that the software gives. See README.md for how to run them.
"""

import argparse
import copy
import json
import logging
import random
import sys
from pathlib import Path

from . import versions
from .clock import Clock

__all__ = ["Table", "answered", "clock", "failure", "lines", "one_line", "run"]

clock = Clock()


class Table:
    """A file and the functions that answer the rows of its lists.

    The key of answers is the name of a list, or None where the whole file is
    one list or one object. known maps (list, index or id) to the reason for a
    row in which the file and the software differ; the file wins.
    """

    def __init__(self, path, answers, write, known=None):
        self.path = Path(path)
        self.answers = answers
        self.write = write
        self.known = known or {}
        self.data = json.loads(self.path.read_text(encoding="utf-8"))

    def rows(self, name):
        """Yields (key, row) of a list; the pairs of an object are rows too."""
        rows = self.data if name is None else self.data[name]
        for i, row in enumerate(list(rows.items()) if isinstance(rows, dict) else rows):
            if isinstance(row, tuple):
                yield row[0], list(row)
            else:
                yield (row.get("id", i) if isinstance(row, dict) else i), row

    def keep(self, name, index, key, row):
        """Puts the new row in the place of the old one."""
        rows = self.data if name is None else self.data[name]
        if isinstance(rows, dict):
            rows[key] = row[1]
        else:
            rows[index] = row


def text(row):
    return json.dumps(row, sort_keys=True)


def remake(table, name, part, draw):
    """Asks for the rows of one list again. Returns how many came out otherwise."""
    asked = spared = differ = unlike = 0
    for index, (key, row) in enumerate(table.rows(name)):
        if draw.random() >= part:
            continue
        try:
            new = table.answers[name](copy.deepcopy(row))
        except ModuleNotFoundError as error:
            if error.name not in versions.SPARED:
                raise
            spared += 1
            continue
        asked += 1
        same = text(new) == text(row)
        if same == ((name, key) in table.known):
            differ += 1
            print(f"{table.path.name} {name or ''} {key}: " + ("is as recorded, but known to differ" if same else "differs"))
            if not same:
                print(f"  recorded {text(row)[:8000]}\n  made     {text(new)[:8000]}")
                table.keep(name, index, key, new)
        elif not same:
            unlike += 1
    print(f"{table.path.name} {name or ''}: asked {asked}, {asked - differ - unlike} as recorded, {unlike} known to differ, {differ} differ"
          + (f"; {spared} not asked" if spared else ""))
    return differ


def run(needs, tables):
    """Runs the recorder's command line over its tables, given by name.

    needs lists the software that is asked. tables maps the name of a file to
    a function without arguments that makes its Table.
    """
    parser = argparse.ArgumentParser(description="Asks the real software for the answers in these files again.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a row differs")
    parser.add_argument("--part", type=float, default=1, help="the share of the rows that is asked, drawn by --seed (with --check)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--any-version", action="store_true", help="run with versions other than those that were recorded")
    parser.add_argument("files", nargs="*", help="names of files (all)")
    options = parser.parse_args()
    if options.part < 1 and not options.check:
        parser.error("--part goes with --check: a file is written whole")
    found = versions.require(needs, options.any_version)
    logging.disable(logging.CRITICAL)  # the exceptions of programs are asked for
    draw = random.Random(options.seed)
    unequal = 0
    for name in options.files or tables:
        table = tables[name]()
        with clock:
            differ = sum(remake(table, key, options.part, draw) for key in table.answers)
        unequal += differ
        if differ and not options.check:
            if isinstance(table.data, dict) and "versions" in table.data:
                table.data["versions"].update({key: value for key, value in found.items() if value})
            table.path.write_text(table.write(table.data), encoding="utf-8")
            print(f"{name} written")
    sys.exit(1 if unequal and options.check else 0)


def answered(row, names, **answers):
    """The row with new answers; names lists all that an answer may be called.

    An answer that is None was not given, and is left out.
    """
    answers = {name: value for name, value in answers.items() if value is not None}
    new = {name: answers.pop(name, value) for name, value in row.items() if name not in names or name in answers}
    return new | answers


def failure(error):
    return {"type": type(error).__name__, "message": str(error)}


def one_line(data):
    """The whole file as compact JSON."""
    return json.dumps(data, separators=(",", ":"))


def lines(data):
    """A list has a row on each line; the other members take a line each."""
    def member(value):
        if not isinstance(value, list):
            return json.dumps(value, ensure_ascii=False)
        return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n]"
    if isinstance(data, list):
        return member(data) + "\n"
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {member(value)}" for key, value in data.items()) + "\n}\n"
