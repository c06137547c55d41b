"""Sessions in the rows of Flask-Session 0.8, for machines that do not have it.

A site that runs Flask-Session keeps it: SESSION_TYPE = "redis" reads and writes
the same rows, "session:" + id, msgpack, with the lifetime as their time to live.
"""
import secrets

import msgpack
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict


class Row(CallbackDict, SessionMixin):
    def __init__(self, initial, sid):
        super().__init__(initial, lambda row: setattr(row, "modified", True))
        self.sid = sid
        self.modified = False

    def empty(self):
        return set(self) <= {"_permanent"}


class RedisSessions(SessionInterface):
    def __init__(self, client):
        self.client = client

    def open_session(self, app, request):
        sid = request.cookies.get(self.get_cookie_name(app))
        stored = self.client.get("session:" + sid) if sid else None
        if stored is None:  # an id that the store does not know is never taken over
            return Row({"_permanent": True}, secrets.token_urlsafe(32))
        return Row(msgpack.unpackb(stored, timestamp=3), sid)

    def regenerate(self, session):
        self.client.delete("session:" + session.sid)
        session.sid = secrets.token_urlsafe(32)

    def save_session(self, app, session, response):
        name = self.get_cookie_name(app)
        response.vary.add("Cookie")
        if session.empty():
            if session.modified:
                self.client.delete("session:" + session.sid)
                response.delete_cookie(name)
            return
        seconds = int(app.permanent_session_lifetime.total_seconds())
        self.client.setex("session:" + session.sid, seconds, msgpack.packb(dict(session), datetime=True))
        response.set_cookie(name, session.sid, expires=self.get_expiration_time(app, session),
                            httponly=True, samesite=self.get_cookie_samesite(app))
