from eventlet import greenio


def work(fd):
    pipe = greenio.GreenPipe(fd)  # want AH119 "`greenio.GreenPipe` waits in eventlet's hub for a descriptor"
    return pipe.read()  # want AH119 "pipe.read"
