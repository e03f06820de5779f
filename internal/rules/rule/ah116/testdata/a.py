from eventlet.green import socket, time


def work():
    s = socket.socket()  # want AH116 "`socket.socket` belongs to a green copy of the standard library"
    return time.time() and socket.AF_INET  # want AH116 "time.time" # want AH116 "AF_INET"
    read(socket)  # want AH116 "`socket` is a green copy of the standard library"
