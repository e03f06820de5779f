from eventlet import greenio


def work(fd):
    pipe = greenio.GreenPipe(fd)  # want AH119 "`greenio.GreenPipe` is part of eventlet's green sockets and pipes"
    return pipe.read()  # want AH119 "pipe.read"


def talk():
    sock = greenio.GreenSocket()  # want AH119 "makes a socket or a pipe that waits in eventlet's hub"
    sock.recv(1)  # want AH119 "`sock.recv` may wait in eventlet's hub for a descriptor"
    sock.fileno()  # want AH119 "is part of eventlet's green sockets and pipes"
