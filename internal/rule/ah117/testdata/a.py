import eventlet
from eventlet import wsgi


def serve(app):
    wsgi.server(eventlet.listen(("", 0)), app)  # want AH117 "`wsgi.server` serves or connects in eventlet's hub" # want AH117 "eventlet.listen"
