import eventlet
from eventlet import wsgi


def serve(app):
    wsgi.server(eventlet.listen(("", 0)), app)  # want AH117 "`wsgi.server` serves or connects in eventlet's hub" # want AH117 "eventlet.listen"
    eventlet.wrap_ssl(app)  # want AH117 "sets up a server or a connection in eventlet's hub"
    return wsgi.ALREADY_HANDLED  # want AH117 "is part of eventlet's own servers and sockets"


def stamp(now):
    return wsgi.format_date_time(now)  # want AH117 "`wsgi.format_date_time` is part of eventlet's own servers and sockets"


class Protocol(wsgi.HttpProtocol):  # want AH117 "is part of eventlet's own servers and sockets"
    def __init__(self, *args):
        wsgi.HttpProtocol.__init__(self, *args)  # want AH117 "sets up a server or a connection in eventlet's hub"
