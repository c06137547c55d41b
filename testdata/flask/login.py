"""The login lesson as a real Flask process: the other half of a site that Cantil shares.

python3 login.py KEY {json,msgpack} serves on a free port and prints it.
"""
import sys

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import make_server


class MsgpackSessions(SecureCookieSessionInterface):
    class serializer:
        @staticmethod
        def dumps(obj):
            import msgpack
            return msgpack.packb(obj, datetime=True)

        @staticmethod
        def loads(raw):
            import msgpack
            return msgpack.unpackb(raw, timestamp=3)

    def get_signing_serializer(self, app):
        signer = super().get_signing_serializer(app)
        dumps = signer.dumps
        signer.dumps = lambda obj: dumps(obj).decode()  # set_cookie wants text
        return signer


app = Flask(__name__)
app.secret_key = sys.argv[1]
if sys.argv[2] == "msgpack":
    app.session_interface = MsgpackSessions()


@app.route("/login", methods=["POST"])
def login():
    session["usuario"] = request.form["usuario"]
    session["visitas"] = [1, "dois", {"três": 3.5}]
    return "ok"


@app.route("/perfil")
def perfil():
    return f"{session.get('usuario')} {session.get('visitas')}"


@app.route("/logout")
def logout():
    session.clear()
    return "ok"


server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
