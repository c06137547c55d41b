"""A clock that stands still for the software that is asked."""

import datetime
import sys
import time

REAL_TIME = time.time
REAL_DATETIME = datetime.datetime


class Standing(type):
    """Takes every datetime for an instance of the class that stands still."""

    def __instancecheck__(cls, value):
        return isinstance(value, REAL_DATETIME)


class Clock:
    """While entered, time.time() and datetime.now() say now, if it is set.

    Modules that imported either by name before are given the replacement and
    have the original back afterwards.
    """

    PACKAGES = ("flask", "werkzeug", "itsdangerous", "flask_login", "flask_wtf", "wtforms", "flask_session")

    def __init__(self):
        self.now = None
        clock = self

        class Datetime(REAL_DATETIME, metaclass=Standing):
            @classmethod
            def now(cls, tz=None):
                return REAL_DATETIME.fromtimestamp(clock.time(), tz)

            @classmethod
            def utcnow(cls):
                return REAL_DATETIME.fromtimestamp(clock.time(), datetime.timezone.utc).replace(tzinfo=None)

        self.stand_ins = {REAL_TIME: self.time, REAL_DATETIME: Datetime}

    def time(self):
        return REAL_TIME() if self.now is None else self.now

    def __enter__(self):
        time.time = self.stand_ins[REAL_TIME]
        self.swap(self.stand_ins)
        return self

    def __exit__(self, *_):
        time.time = REAL_TIME
        self.swap({stand_in: real for real, stand_in in self.stand_ins.items()})

    def swap(self, replacements):
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] not in self.PACKAGES:
                continue
            for key, value in list(vars(module).items()):
                for old, new in replacements.items():
                    if value is old:
                        setattr(module, key, new)
