from eventlet.green import socket, threading, time


mine = threading.local()  # want AH116 "threading.local"


def work():
    s = socket.socket()  # want AH116 "`socket.socket` belongs to a green copy of the standard library"
    mine.name = threading.get_ident()  # want AH116 "`mine.name` belongs to an object from a green copy" # want AH116 "get_ident"
    return time.time() and socket.AF_INET  # want AH116 "time.time" help "to_thread" # want AH116 "AF_INET" help "library's module$"
    read(socket)  # want AH116 "`socket` is a green copy of the standard library"
