"""An application whose blueprints have templates and static files of their own."""
import os

from flask import Blueprint, Flask, render_template, url_for
from werkzeug.serving import make_server

here = os.path.dirname(os.path.abspath(__file__))
app = Flask(__name__)


def blueprint(name, folder, **options):
    bp = Blueprint(name, __name__, root_path=os.path.join(here, folder), **options)

    @bp.get("/page/<name>")
    def page(name):
        return render_template(name)

    @bp.get("/url")
    def url():
        return url_for(".static", filename="a b.css")

    return bp


blog = blueprint("blog", "blog", url_prefix="/blog", template_folder="templates", static_folder="static")
docs = blueprint("docs", "docs", url_prefix="/docs", template_folder="templates", static_folder="files",
                 static_url_path="/arquivos/")
blog.register_blueprint(docs)
app.register_blueprint(blog)
app.register_blueprint(docs, name="manual", url_prefix="/manual")
app.register_blueprint(Blueprint("raiz", __name__, root_path=os.path.join(here, "docs"), static_folder="files",
                                 static_url_path="/static"))

server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
