import socketserver
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Blueprint, Flask
from flask.views import MethodView

app = Flask(__name__)
pages = Blueprint("pages", __name__)
jobs = {}
paths = {}
keys = {}
own = {}


@app.route("/stop/<name>")
def stop(name):
    if name in jobs:  # want AH701 "`jobs` is tested here and changed in line"
        del jobs[name]
    return ""


@pages.post("/jobs/<name>")
def add(name):
    jobs[name] = name
    return ""


@app.template_filter("upper")
def upper(name):
    if name in own:
        del own[name]
    return name


class Keys(MethodView):
    def __init__(self):
        self.found = {}

    def delete(self, key):
        if key in keys:  # want AH701 "`keys` is tested here and changed in line"
            del keys[key]
        if key in self.found:
            del self.found[key]

    def helper(self, key):
        if key in own:
            del own[key]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path in paths:  # want AH701 "`Handler.do_GET`, run by the socket server, several at once"
            del paths[self.path]


class Line(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile in paths:  # want AH701 "`Line.handle`, run by the socket server, several at once"
            del paths[self.rfile]


def main():
    ThreadingHTTPServer(("", 80), Handler).serve_forever()
