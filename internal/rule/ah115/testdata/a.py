from eventlet import queue


def work():
    q = queue.LightQueue()  # want AH115 "`queue.LightQueue`"
    try:
        return q.get(timeout=1)  # want AH115 "q.get"
    except queue.Empty:  # want AH115 "waits in eventlet's hub for a queue"
        pass
