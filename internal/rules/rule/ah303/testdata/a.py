import logging

import eventlet.wsgi

server = get_rpc_server(executor="eventlet")  # want AH303 "asks another library for eventlet"
LOG = logging.getLogger("eventlet.wsgi.server")  # want AH303 "is the name of a logger" help "take it out"
body = environ.get("eventlet.input")  # want AH303 "is a key that eventlet puts into the environment of a request"
ALREADY = getattr(eventlet.wsgi, "ALREADY_HANDLED", None)  # want AH303 "asks for `eventlet.wsgi.ALREADY_HANDLED`" help "ask for what replaces it"
if kind == "eventlet":  # want AH303 "says eventlet"
    load("eventlet.hubs")  # want AH303 "names `eventlet.hubs`"
worker_class = "eventlet"  # want AH303 "asks another library for eventlet"
name = "eventlet"  # want AH303 "says eventlet"
settings = {"worker_class": "eventlet", "workers": 3}  # want AH303 "asks another library for eventlet"
sizes = {"eventlet": 1, "name": "eventlet"}  # want AH303 "says eventlet" # want AH303 "says eventlet"
conf["worker_pool"] = "eventlet"  # want AH303 "asks another library"
cfg.set("worker_class", "eventlet")  # want AH303 "asks another library"
cfg.set("title", "eventlet")  # want AH303 "says eventlet"
