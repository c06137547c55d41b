"""Redis, memcached and SQLite for the sequences, each until it is stopped."""

import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

try:
    import flask_session.sqlalchemy  # noqa: F401  before the clock stands still
except ModuleNotFoundError:
    pass


class Server:
    """A program on a free port of loopback."""

    traffic = "commands"  # what a step calls that which was sent

    def start(self, program, *options):
        if not shutil.which(program):
            raise ModuleNotFoundError(name=self.client_name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        command = [program, *(option.format(port=port, folder=self.folder.name) for option in options)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return port
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{program} does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


class Redis(Server):
    client_name = "redis"
    put_ttl = 3600  # seconds that a value lives which a step puts there

    def __init__(self):
        import redis

        self.sent = []
        sent = self.sent

        class Connection(redis.Connection):
            def send_command(self, *arguments, **options):
                sent.append(list(arguments))
                super().send_command(*arguments, **options)

        port = self.start("redis-server", "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--dir", "{folder}")
        self.client = redis.Redis(connection_pool=redis.ConnectionPool(connection_class=Connection, host="127.0.0.1", port=port))
        self.config = {"SESSION_TYPE": "redis", "SESSION_REDIS": self.client}

    def commands(self):
        return [[argument(value) for value in command] for command in self.sent]

    def put(self, key, value):
        self.client.set(key, value, ex=self.put_ttl)

    def content(self):
        """Yields what is known of each entry, and its value."""
        for key in sorted(self.client.keys()):
            value = self.client.get(key)
            kind = self.client.type(key).decode()
            yield {"key": key.decode(), "type": kind, "value": value.hex(), "ttl": self.client.ttl(key)}, value


def argument(value):
    data = value if isinstance(value, bytes) else str(value).encode()
    printable = all(0x20 <= byte < 0x7F for byte in data)
    return {"text": data.decode()} if printable else {"hex": data.hex()}


class Memcached(Server):
    """memcached cannot list its keys: those that were named are looked up."""

    client_name = "pymemcache"

    def __init__(self):
        from pymemcache.client.base import Client

        self.sent, self.keys = [], set()
        port = self.start("memcached", "-l", "127.0.0.1", "-p", "{port}", "-u", "nobody")
        self.client, self.own = Client(("127.0.0.1", port)), Client(("127.0.0.1", port))
        self.client._connect()
        self.client.sock = Overheard(self.client.sock, self.sent)
        self.config = {"SESSION_TYPE": "memcached", "SESSION_MEMCACHED": self.client}

    def commands(self):
        made = []
        for data in self.sent:
            line, _, rest = data.partition(b"\r\n")
            command = {"line": line.decode("latin-1")}
            words = command["line"].split(" ")
            self.keys.add(words[1])
            if words[0] == "set":
                flags, exptime, size = map(int, words[2:5])
                command |= {"key": words[1], "flags": flags, "exptime": exptime, "value": rest[:size].hex()}
            made.append(command)
        return made

    def put(self, key, value):
        self.keys.add(key)
        self.own.set(key, value, noreply=False)

    def content(self):
        self.client.version()  # answered once what came before it is done
        for key in sorted(self.keys):
            value = self.own.get(key)
            if value is not None:
                yield {"key": key, "flags": 0, "value": value.hex()}, value


class Overheard:
    """A socket that keeps what is sent."""

    def __init__(self, real, sent):
        self.real, self.sent = real, sent

    def sendall(self, data):
        self.sent.append(bytes(data))
        self.real.sendall(data)

    def __getattr__(self, name):
        return getattr(self.real, name)


class SQLite:
    """A file, written by SQLAlchemy."""

    traffic = "statements"

    def __init__(self):
        import flask_sqlalchemy  # noqa: F401
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        warnings.filterwarnings("ignore", "No valid SQLAlchemy instance", RuntimeWarning)
        self.sent = []
        self.execute = lambda _connection, _cursor, sql, parameters, *_: self.sent.append((sql, parameters))
        self.commit = lambda _connection: self.sent.append(("COMMIT", ()))
        self.rollback = lambda _connection: self.sent.append(("ROLLBACK", ()))
        heard = {"before_cursor_execute": self.execute, "commit": self.commit, "rollback": self.rollback}
        self.listeners = [(Engine, name, listener) for name, listener in heard.items()]
        for listener in self.listeners:
            event.listen(*listener)
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "sessions.db"
        self.config = {"SESSION_TYPE": "sqlalchemy", "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.path}"}

    def commands(self):
        return [{"sql": " ".join(sql.split()), "params": [plain(value) for value in values]} for sql, values in self.sent]

    def content(self):
        database = sqlite3.connect(self.path)
        columns = "id, session_id, data, expiry"
        types = ", ".join(f"typeof({column})" for column in columns.split(", "))
        for row in database.execute(f"SELECT {columns}, {types} FROM sessions ORDER BY id").fetchall():
            entry = dict(zip(columns.split(", "), row)) | {"data": row[2].hex(), "storage_classes": list(row[4:])}
            yield entry, row[2]
        database.close()

    def stop(self):
        from sqlalchemy import event

        for listener in self.listeners:
            event.remove(*listener)
        self.folder.cleanup()


def plain(value):
    return {"hex": value.hex()} if isinstance(value, (bytes, memoryview)) else value


KINDS = {"sqlite": SQLite, "redis": Redis, "memcached-pymemcache": Memcached}
