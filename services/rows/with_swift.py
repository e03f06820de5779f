"""swift: a proxy, an account, a container and an object server in one process; objects of some size, many at once, a
listing, a client that leaves in the middle."""
# family: servers
# libraries: swift, pyeclib, xattr
# limit: 120

import eventlet

eventlet.monkey_patch()

import hashlib
import http.client
import json
import os
import socket
from contextlib import closing
from pathlib import Path

from eventlet import wsgi
from swift.account.server import AccountController
from swift.common import utils
from swift.common.ring.builder import RingBuilder
from swift.common.storage_policy import POLICIES
from swift.container.server import ContainerController
from swift.obj.server import ObjectController
from swift.proxy.server import Application
from support import others_run

FOLDER = Path("swift").resolve()
utils.HASH_PATH_SUFFIX = b"a suffix"
listeners = {name: eventlet.listen(("127.0.0.1", 0)) for name in ("account", "container", "object", "proxy")}


def ring(name):
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    place = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": listeners[name].getsockname()[1], "device": "disk"}
    builder.add_dev({"weight": 1.0, **place})
    builder.rebalance()
    builder.get_ring().save(str(FOLDER / f"{name}.ring.gz"))


def serve(name, application):
    eventlet.spawn(wsgi.server, listeners[name], application, log_output=False, custom_pool=eventlet.GreenPool(100))


def ask(method, path, body=None):
    with closing(http.client.HTTPConnection(*listeners["proxy"].getsockname(), timeout=40)) as connection:
        connection.request(method, f"/v1/AUTH_me{path}", body)
        response = connection.getresponse()
        return response.status, response.read()


def store_and_fetch(number):
    content = os.urandom(200_000) + b"%d" % number
    stored = ask("PUT", f"/box/object-{number}", content)[0]
    return stored, hashlib.sha256(ask("GET", f"/box/object-{number}")[1]).digest() == hashlib.sha256(content).digest()


def trickle():
    """A body that comes in pieces, with waits between them, of which the server has to make one object."""
    for number in range(4):
        eventlet.sleep(0.1)
        yield b"%d" % number * 1000


def leave_in_the_middle():
    with socket.create_connection(listeners["proxy"].getsockname()) as sock:
        sock.sendall(b"PUT /v1/AUTH_me/box/half HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf of it")
        eventlet.sleep(0.2)


(FOLDER / "devices" / "disk").mkdir(parents=True)
for name in ("account", "container", "object"):
    ring(name)
conf = {"swift_dir": str(FOLDER), "devices": str(FOLDER / "devices"), "mount_check": "false", "fsync": "off"}
conf.update(allow_account_management="yes", account_autocreate="yes", node_timeout="30", conn_timeout="10")
serve("account", AccountController(conf))
serve("container", ContainerController(conf))
serve("object", ObjectController(conf))
for policy in POLICIES:
    policy.load_ring(str(FOLDER))
serve("proxy", Application(conf))

print("container:", ask("PUT", "/box")[0])
results = list(eventlet.GreenPool(10).imap(store_and_fetch, range(20)))
print("objects:", results.count((201, True)), "of", len(results))
with others_run("a body in pieces"):
    print("in pieces:", ask("PUT", "/box/pieces", trickle())[0], len(ask("GET", "/box/pieces")[1]))
leave_in_the_middle()
print("half an object:", ask("GET", "/box/half")[0])
print("listing:", len(json.loads(ask("GET", "/box?format=json")[1])))
print("removed:", ask("DELETE", "/box/pieces")[0], ask("GET", "/box/pieces")[0])

# prints:
# container: 201
# objects: 20 of 20
# in pieces: 201 4000
# half an object: 404
# listing: 21
# removed: 204 404
