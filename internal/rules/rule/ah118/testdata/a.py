from eventlet import hubs


def work(fd):
    hubs.use_hub("poll")  # want AH118 "`hubs.use_hub` reaches into eventlet's hub"
    hubs.trampoline(fd, read=True)  # want AH118 "hubs.trampoline"
