"""Flask-SocketIO: `async_mode="eventlet"` over websockets, rooms, a background task, and its client in green
threads."""
# family: servers
# libraries: Flask-SocketIO, python-socketio, python-engineio

import eventlet

eventlet.monkey_patch()

import socketio
from eventlet import wsgi
from flask import Flask
from flask_socketio import SocketIO, emit, join_room
from support import others_run

app = Flask(__name__)
server = SocketIO(app, async_mode="eventlet")


@server.on("square")
def square(number):
    server.sleep(0.2)
    return number**2


@server.on("enter")
def enter(room):
    join_room(room)
    emit("news", "someone entered", to=room)


def announce():
    server.sleep(0.2)
    server.emit("news", "from the background", to="hall")


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, app, log_output=False)
news = eventlet.Queue()
client = socketio.Client()
client.on("news", news.put)
client.connect("http://127.0.0.1:%d" % listener.getsockname()[1], transports=["websocket"])
with others_run("a call"):
    print(sum(eventlet.GreenPool(5).imap(lambda number: client.call("square", number), range(5))))
client.emit("enter", "hall")
print(news.get())
server.start_background_task(announce)
with others_run("a wait for news"):
    print(news.get())
client.disconnect()
client.wait()

# prints:
# 30
# someone entered
# from the background
