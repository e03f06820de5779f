import eventlet
from eventlet import wsgi

from shop import store


class App:
    def __init__(self):
        self.store = store.Store()
        self.store.warm()

    def serve(self):
        eventlet.spawn(self.refresh)
        wsgi.server(eventlet.listen(("", 0)), self)

    def __call__(self, environ, start_response):
        return [self.page(environ)]

    def page(self, environ):
        return self.store.get(environ["PATH_INFO"])

    def refresh(self):
        while True:
            eventlet.sleep(60)
            self.store.warm()
