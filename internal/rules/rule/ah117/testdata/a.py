import eventlet
from eventlet import wsgi


def serve(app):
    wsgi.server(eventlet.listen(("", 0)), app)  # want AH117 "`wsgi.server` serves or connects in eventlet's hub" # want AH117 "eventlet.listen"
    eventlet.wrap_ssl(app)  # want AH117 "sets up a server or a connection in eventlet's hub"
    return wsgi.ALREADY_HANDLED  # want AH117 "is part of eventlet's own servers and sockets"
